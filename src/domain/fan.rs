mod consent_version;
mod fan_key;
mod follow_state;
mod openid;
mod profile_state;

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use consent_version::ConsentVersion;
pub use fan_key::FanKey;
pub use follow_state::{FollowEvent, FollowState};
pub use openid::OpenId;
pub use profile_state::ProfileState;

use super::{AppId, AvatarId, Clock, Malformed, Random, Timestamp};

/// The key of a fan's row: a UUIDv7, made by the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FanId(Uuid);

impl FanId {
    /// A new id; later ids sort after earlier ones.
    pub fn generate(clock: &Clock, random: &Random) -> Self {
        let millis = u64::try_from(clock.now_precise().as_millis()).unwrap_or(u64::MAX);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random.bytes()).into_uuid())
    }

    /// Reads the hyphenated form.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = |_| Malformed {
            what: "the fan id",
            expected: "a UUID",
        };
        Uuid::try_parse(text).map(Self).map_err(malformed)
    }

    /// The 16 bytes of the id.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }

    /// The id with these bytes. None: no fan's id has them, because they are no UUIDv7.
    pub fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
        let uuid = Uuid::from_bytes(bytes);
        let is_ours = uuid.get_version_num() == 7 && uuid.get_variant() == uuid::Variant::RFC4122;
        is_ours.then_some(Self(uuid))
    }
}

impl fmt::Display for FanId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// The profile that the platform returns after the fan's consent (网页授权, step 4). Absent fields are empty. Sex and
/// region are not kept: the platform has left them blank since 2021.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The fan within this account.
    pub openid: OpenId,
    /// The fan across the accounts of one open platform; only where the account is bound to one.
    pub unionid: Option<String>,
    /// May be empty and may hold any character.
    pub nickname: String,
    /// An https URL, or empty. It stops working when the fan changes the avatar.
    pub avatar_url: String,
}

/// A registered fan: one row of `fans_profiles`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FansProfile {
    /// The key of the row.
    pub id: FanId,
    /// The account that the fan registered with.
    pub app_id: AppId,
    /// As the platform last sent it.
    pub profile: Profile,
    /// The copy of the avatar. None: it was not copied.
    pub avatar: Option<AvatarId>,
    /// When the fan last consented to the registration prompt.
    pub consented_at: Timestamp,
    /// The version of the prompt that the fan consented to.
    pub consent_version: String,
    /// When the profile was last fetched, or withdrawn.
    pub profile_refreshed_at: Timestamp,
    /// When nickname and avatar were emptied. None: they were fetched since, or never emptied.
    pub profile_cleared_at: Option<Timestamp>,
    /// The last login, to within an hour.
    pub last_login_at: Timestamp,
    /// Whether the fan follows the account.
    pub follow: FollowState,
    /// When the row was inserted.
    pub created_at: Timestamp,
    /// When the row was last changed.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fan_id_is_a_version_7_uuid_and_reads_back() {
        let id = FanId::generate(&Clock::system(), &Random::system());
        assert_eq!(id.0.get_version_num(), 7);
        assert_eq!(FanId::parse(&id.to_string()).unwrap(), id);
        assert!(FanId::parse("7").is_err());
        assert_eq!(FanId::from_bytes(id.to_bytes()), Some(id));
        assert_eq!(FanId::from_bytes([0; 16]), None);
    }
}

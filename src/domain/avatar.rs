use std::fmt;

use uuid::Uuid;

use super::{Malformed, Random};

/// The id of one version of an avatar's copy. It is random, says nothing of the fan, and is used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AvatarId(Uuid);

impl AvatarId {
    /// Pixels of the copy's long side. A smaller avatar is not enlarged.
    pub const LONG_SIDE: u32 = 640;

    /// A new id.
    pub fn generate(random: &Random) -> Self {
        Self(uuid::Builder::from_random_bytes(random.bytes()).into_uuid())
    }

    /// Reads the hyphenated form.
    ///
    /// # Errors
    /// [`Malformed`]: it is no UUID.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = |_| Malformed {
            what: "the avatar id",
            expected: "a UUID",
        };
        Uuid::try_parse(text).map(Self).map_err(malformed)
    }

    /// The 16 bytes of the id.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }

    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for AvatarId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_avatar_id_reads_back() {
        let id = AvatarId::generate(&Random::system());
        assert_eq!(AvatarId::parse(&id.to_string()), Ok(id));
        assert_eq!(AvatarId::from_bytes(id.to_bytes()), id);
        assert!(AvatarId::parse("../photos").is_err());
    }
}

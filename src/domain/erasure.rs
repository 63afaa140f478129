//! The erasure of a fan's data, and the registry of what each room keeps of a fan.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::{AuditActor, Clock, Malformed, OpenId, Random};

/// The number of an erasure's receipt: a UUIDv7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReceiptId(Uuid);

impl ReceiptId {
    /// The number as a UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// The 16 bytes of the number.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }

    /// The number with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// A new number.
    pub fn generate(clock: &Clock, random: &Random) -> Self {
        let millis = u64::try_from(clock.now_precise().as_millis()).unwrap_or(u64::MAX);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random.bytes()).into_uuid())
    }

    /// Reads the hyphenated form.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = |_| Malformed {
            what: "the receipt's number",
            expected: "a UUID",
        };
        Uuid::try_parse(text).map(Self).map_err(malformed)
    }
}

impl fmt::Display for ReceiptId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// Why nickname and avatar of a fan are emptied, while the row stays. What lasts longer is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfileErasure {
    /// The platform cleaned its own copy (`user_info_modified`). The next login fetches what it has then.
    Cleaned,
    /// The fan withdrew them (`user_authorization_revoke` with 205). Only a new consent brings them back.
    Withdrawn,
}

impl ProfileErasure {
    /// As the receipt has it.
    pub const fn reason(self) -> ErasureReason {
        match self {
            Self::Cleaned => ErasureReason::Cleaned,
            Self::Withdrawn => ErasureReason::Withdrawn,
        }
    }
}

/// Why something of a fan is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErasureReason {
    /// An operator's command.
    Operator,
    /// The fan asked for it.
    Fan,
    /// The fan closed the WeChat account (`user_authorization_cancellation`).
    AccountClosed,
    /// The fan stopped to follow and did not come back, and the settings say that such fans are forgotten.
    Unfollowed,
    /// Nickname and avatar alone: [`ProfileErasure::Cleaned`].
    Cleaned,
    /// Nickname and avatar alone: [`ProfileErasure::Withdrawn`].
    Withdrawn,
    /// The photos alone: the fan withdrew them (`user_authorization_revoke` with 207).
    Photos,
}

impl ErasureReason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Operator,
        Self::Fan,
        Self::AccountClosed,
        Self::Unfollowed,
        Self::Cleaned,
        Self::Withdrawn,
        Self::Photos,
    ];

    /// Those for which the fan's row stays.
    pub const PARTIAL: [Self; 3] = [Self::Cleaned, Self::Withdrawn, Self::Photos];

    /// Why a whole fan is erased, by who asks for it.
    pub const fn of(actor: &AuditActor) -> Self {
        match actor {
            AuditActor::Operator(_) => Self::Operator,
            AuditActor::Fan(_) => Self::Fan,
            AuditActor::Platform => Self::AccountClosed,
            AuditActor::Fanpass => Self::Unfollowed,
        }
    }

    /// The word in the receipt and in metrics, of at most 16 characters. It must stay.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Fan => "fan",
            Self::AccountClosed => "account_closed",
            Self::Unfollowed => "unfollowed",
            Self::Cleaned => "cleaned",
            Self::Withdrawn => "withdrawn",
            Self::Photos => "photos",
        }
    }

    /// The reason of this word. None: another version's.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// What was erased of a fan since some moment. More is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErasedSince {
    /// Nothing.
    Nothing,
    /// Nickname and avatar.
    Profile(ProfileErasure),
    /// All.
    Fan,
}

/// The openid under a secret of the account: it is recognised again, and nobody without the secret can find it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIdHash(String);

impl OpenIdHash {
    /// HMAC-SHA256 in hexadecimal digits. None: no such secret is possible.
    pub fn new(secret: &[u8], openid: &OpenId) -> Option<Self> {
        let mut hmac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
        hmac.update(openid.as_str().as_bytes());
        Some(Self(hex::encode(hmac.finalize().into_bytes())))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Something that a room keeps of a fan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeps {
    /// The room.
    pub room: &'static str,
    /// Where it is.
    pub place: Place,
    /// Where a fan finds it who downloads what is kept of them.
    pub exported: Exported,
    /// When an erasure removes it.
    pub erased: Erased,
}

/// Where something of a fan is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Columns of a table.
    Columns {
        /// As in the database.
        table: &'static str,
        /// Those that hold something of the fan.
        columns: &'static [&'static str],
    },
    /// Entries of the cache whose keys begin so, after the prefix of the account.
    Cache {
        /// With its colon.
        prefix: &'static str,
    },
    /// Objects whose keys begin so, below the account's own folder.
    Objects {
        /// With its slash.
        prefix: &'static str,
    },
}

/// Where something is in what a fan downloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// In this file, or in this folder if it ends in a slash.
    In(&'static str),
    /// Nowhere. The text says why.
    Not(&'static str),
}

/// When an erasure removes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// In the transaction that asks for the erasure.
    AtRequest,
    /// By the job that the transaction adds.
    ByJob(ErasureStep),
    /// It stays, or goes by itself, and does not say who the fan was. The text says why.
    Kept(&'static str),
}

/// A step of the job. It may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErasureStep {
    /// The copy of the avatar.
    Avatar,
    /// The objects of the photos, and then their rows.
    Photos,
    /// The web token in the shared cache.
    WebToken,
}

/// What each room keeps of a fan. A test compares it with the tables and with what a registered fan leaves behind.
pub const KEEPS: &[Keeps] = &[
    Keeps {
        room: "fans",
        place: Place::Columns {
            table: "fans_profiles",
            columns: &["id", "openid", "unionid", "nickname", "avatar_url", "avatar_object"],
        },
        exported: Exported::In("profile.json"),
        erased: Erased::AtRequest,
    },
    Keeps {
        room: "jobs",
        place: Place::Columns {
            table: "jobs",
            columns: &["subject", "payload"],
        },
        exported: Exported::Not("work that waits or failed; a message in it is sealed"),
        erased: Erased::AtRequest,
    },
    Keeps {
        room: "push_receipts",
        place: Place::Columns {
            table: "push_receipts",
            columns: &["subject", "answer"],
        },
        exported: Exported::Not("what a push was answered with, for some minutes, should WeChat repeat it"),
        erased: Erased::AtRequest,
    },
    Keeps {
        room: "avatars",
        place: Place::Objects { prefix: "avatars/" },
        exported: Exported::In("avatar.jpg"),
        erased: Erased::ByJob(ErasureStep::Avatar),
    },
    Keeps {
        room: "photos",
        place: Place::Objects { prefix: "photos/" },
        exported: Exported::In("photos/"),
        erased: Erased::ByJob(ErasureStep::Photos),
    },
    Keeps {
        room: "photos",
        place: Place::Columns {
            table: "photos",
            columns: &["id", "fan_id", "sha256"],
        },
        exported: Exported::In("photos.json"),
        // Unseen from the request on.
        erased: Erased::ByJob(ErasureStep::Photos),
    },
    Keeps {
        room: "web_tokens",
        place: Place::Cache { prefix: "web_token:" },
        exported: Exported::Not("a secret between WeChat and this site"),
        erased: Erased::ByJob(ErasureStep::WebToken),
    },
    Keeps {
        room: "web_tokens",
        place: Place::Cache {
            prefix: "web_token_refresh:",
        },
        exported: Exported::Not("names only the fan's id, for five seconds"),
        erased: Erased::Kept("names only the fan's id, for five seconds"),
    },
    Keeps {
        room: "login",
        place: Place::Cache { prefix: "code:" },
        exported: Exported::Not("sealed for a browser's own login, for ten minutes"),
        erased: Erased::Kept("sealed for a browser's own login, for ten minutes; it gives no session and no row"),
    },
    Keeps {
        room: "sessions",
        place: Place::Columns {
            table: "session_endings",
            columns: &["subject"],
        },
        exported: Exported::Not("random ids of sessions that were ended"),
        erased: Erased::Kept("a fan's or a session's random id, until no cookie of that time is valid any more"),
    },
    Keeps {
        room: "erasure",
        place: Place::Columns {
            table: "erasure_receipts",
            columns: &["openid_hash"],
        },
        exported: Exported::Not("there is none before an erasure, and the fan gets its number then"),
        erased: Erased::Kept("a keyed hash, so that a login that began before does not undo the erasure"),
    },
    Keeps {
        room: "audit_log",
        place: Place::Columns {
            table: "audit_log",
            columns: &["fan_id", "actor"],
        },
        exported: Exported::In("sign-ins.json"),
        erased: Erased::Kept("the fan's random id, so that the chain of the log survives the erasure"),
    },
];

/// The steps of the job, in order.
pub fn erasure_steps() -> impl Iterator<Item = ErasureStep> {
    KEEPS.iter().filter_map(|keeps| match keeps.erased {
        Erased::ByJob(step) => Some(step),
        Erased::AtRequest | Erased::Kept(_) => None,
    })
}

#[cfg(test)]
mod tests;

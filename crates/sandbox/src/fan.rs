//! A fan, and the requests of the control API about one.

use serde::{Deserialize, Serialize};

use crate::random::Random;

/// A fan as `sns/userinfo` shows them.
#[derive(Debug, Clone, Serialize)]
pub struct Fan {
    pub openid: String,
    pub unionid: Option<String>,
    pub nickname: String,
    pub headimgurl: String,
    /// Whether the fan follows the account, and since when, in seconds since 1970.
    pub subscribe: bool,
    pub subscribe_time: i64,
    pub subscribe_scene: String,
    /// The scene of the QR code by which the fan came.
    pub qr_scene: String,
    /// Ids of the tags that the account gave the fan.
    pub tags: Vec<i64>,
    /// Until when the account may write to the fan.
    pub window: Option<Window>,
    /// The name of the picture that the sandbox serves for this fan.
    #[serde(skip)]
    pub avatar: String,
    #[serde(skip)]
    pub revoked: RevokedTokens,
}

/// What the fan did last, and how many messages may follow it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Window {
    /// Seconds since 1970.
    pub until: i64,
    pub messages_left: u32,
}

/// What a fan does that lets the account write to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interaction {
    Message,
    Follow,
    Scan,
    Click,
}

impl Interaction {
    /// What a push of this name (`text`, `event/CLICK`) is for the account; `None` for one that opens no window.
    pub fn of_push(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().strip_prefix("event/") {
            None => (name != "raw").then_some(Self::Message),
            Some("subscribe") => Some(Self::Follow),
            Some("scan") => Some(Self::Scan),
            Some("click") => Some(Self::Click),
            Some(_) => None,
        }
    }

    /// The platform's rule since June 2023: a message of the fan gives 48 hours and 5 messages, the rest a minute and 3.
    pub fn window(self, now: i64) -> Window {
        match self {
            Self::Message => Window {
                until: now + 48 * 3600,
                messages_left: 5,
            },
            Self::Follow | Self::Scan | Self::Click => Window {
                until: now + 60,
                messages_left: 3,
            },
        }
    }
}

/// The serial numbers up to which a fan's tokens were revoked through the control API.
#[derive(Debug, Clone, Copy, Default)]
pub struct RevokedTokens {
    pub access: u64,
    pub refresh: u64,
    /// For both kinds of token; the errcode is another one.
    pub password_changed: u64,
}

impl RevokedTokens {
    /// Every token, also of a later serial number.
    pub const ALL: Self = Self {
        access: u64::MAX,
        refresh: u64::MAX,
        password_changed: 0,
    };
}

/// A unionid in a request: a given one, or `true` for a generated one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum UnionId {
    Generated(bool),
    Given(String),
}

impl UnionId {
    /// `false` and an empty text mean none.
    pub fn resolve(self, random: &Random) -> Option<String> {
        match self {
            Self::Generated(is_wanted) => is_wanted.then(|| random.openid()),
            Self::Given(unionid) => Some(unionid).filter(|unionid| !unionid.is_empty()),
        }
    }
}

/// The request for a new fan.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFan {
    pub nickname: String,
    pub openid: Option<String>,
    pub unionid: Option<UnionId>,
    pub headimgurl: Option<String>,
    /// Whether the fan follows the account; so it is without this.
    pub subscribe: Option<bool>,
    /// How many fans to make, with numbered nicknames.
    pub count: Option<usize>,
}

impl NewFan {
    pub fn named(nickname: impl Into<String>) -> Self {
        Self {
            nickname: nickname.into(),
            ..Self::default()
        }
    }
}

/// The request to change a fan.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FanChange {
    pub nickname: Option<String>,
    pub unionid: Option<UnionId>,
    pub headimgurl: Option<String>,
    pub subscribe: Option<bool>,
    pub subscribe_scene: Option<String>,
    pub qr_scene: Option<String>,
    pub tags: Option<Vec<i64>>,
    /// A new picture at a new URL; the old URL is 404 from then on, as on the platform.
    pub new_avatar: bool,
}

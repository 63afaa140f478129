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
    /// The name of the picture that the sandbox serves for this fan.
    #[serde(skip)]
    pub avatar: String,
    #[serde(skip)]
    pub revoked: RevokedTokens,
}

/// The serial numbers up to which a fan's tokens were revoked through the control API.
#[derive(Debug, Clone, Copy, Default)]
pub struct RevokedTokens {
    pub access: u64,
    pub refresh: u64,
    /// For both kinds of token; the errcode is another one.
    pub password_changed: u64,
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
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FanChange {
    pub nickname: Option<String>,
    pub unionid: Option<UnionId>,
    pub headimgurl: Option<String>,
    /// A new picture at a new URL; the old URL is 404 from then on, as on the platform.
    #[serde(default)]
    pub new_avatar: bool,
}

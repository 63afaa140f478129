//! What a fan consented to.

use serde::{Deserialize, Serialize};

use crate::{fan::Fan, random::Random};

/// What the account asks the fan for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// The openid, silently.
    #[serde(rename = "snsapi_base")]
    Base,
    /// Nickname and picture, with consent.
    #[serde(rename = "snsapi_userinfo")]
    Userinfo,
}

impl Scope {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Base, Self::Userinfo]
            .into_iter()
            .find(|scope| scope.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::Userinfo => "snsapi_userinfo",
        }
    }
}

/// Whose data, and which part of it.
#[derive(Debug)]
pub struct Grant {
    pub openid: String,
    pub unionid: Option<String>,
    pub scope: Scope,
    /// Openid and unionid are made up for this grant: a snapshot page stands for nobody.
    pub snapshot: bool,
}

impl Grant {
    /// The fan's own identity, or a made-up one for a snapshot page.
    pub fn new(fan: &Fan, scope: Scope, snapshot: bool, random: &Random) -> Self {
        let (openid, unionid) = match snapshot {
            true => (random.openid(), fan.unionid.as_ref().map(|_| random.openid())),
            false => (fan.openid.clone(), fan.unionid.clone()),
        };
        Self {
            openid,
            unionid,
            scope,
            snapshot,
        }
    }
}

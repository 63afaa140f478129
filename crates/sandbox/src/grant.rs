//! A consent, and what it extends to.

use serde::{Deserialize, Serialize};

use super::chance::Chance;
use super::fans::Fan;

/// What the fan is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Scope {
    /// The openid, silently.
    #[serde(rename = "snsapi_base")]
    Base,
    /// Nickname and picture, with consent.
    #[serde(rename = "snsapi_userinfo")]
    Userinfo,
}

impl Scope {
    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Base, Self::Userinfo]
            .into_iter()
            .find(|scope| scope.as_str() == text)
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::Userinfo => "snsapi_userinfo",
        }
    }
}

/// A consent: who, to what.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) openid: String,
    pub(super) unionid: Option<String>,
    pub(super) scope: Scope,
    /// A virtual identity: openid and unionid are nobody's.
    pub(super) snapshot: bool,
}

impl Grant {
    /// The fan's own consent.
    pub(super) fn of(fan: &Fan, scope: Scope) -> Self {
        Self {
            openid: fan.openid.clone(),
            unionid: fan.unionid.clone(),
            scope,
            snapshot: false,
        }
    }

    /// What a snapshot page grants in place of the fan's own identity.
    pub(super) fn virtual_of(fan: &Fan, scope: Scope, chance: &Chance) -> Self {
        let unionid = fan.unionid.as_ref().map(|_| chance.openid());
        Self {
            openid: chance.openid(),
            unionid,
            scope,
            snapshot: true,
        }
    }
}

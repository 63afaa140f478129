use serde::{Deserialize, Serialize};

/// What a login asks the platform for (网页授权, step 1, `scope`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// `snsapi_base`: the openid, silently.
    #[serde(rename = "snsapi_base")]
    Base,
    /// `snsapi_userinfo`: nickname and avatar, with the fan's consent.
    #[serde(rename = "snsapi_userinfo")]
    UserInfo,
}

impl Scope {
    /// The scope as the platform writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::UserInfo => "snsapi_userinfo",
        }
    }
}

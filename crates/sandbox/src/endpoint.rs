use serde::{Deserialize, Serialize};

/// An endpoint of the platform. Its requests are counted, and faults can be injected into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    Authorize,
    AccessToken,
    RefreshToken,
    Userinfo,
    Auth,
    StableToken,
    FanInfo,
    Menu,
    Ticket,
    Quota,
    MediaUpload,
    MediaGet,
}

impl Endpoint {
    const ALL: [Self; 12] = [
        Self::Authorize,
        Self::AccessToken,
        Self::RefreshToken,
        Self::Userinfo,
        Self::Auth,
        Self::StableToken,
        Self::FanInfo,
        Self::Menu,
        Self::Ticket,
        Self::Quota,
        Self::MediaUpload,
        Self::MediaGet,
    ];

    pub fn path(self) -> &'static str {
        match self {
            Self::Authorize => "/connect/oauth2/authorize",
            Self::AccessToken => "/sns/oauth2/access_token",
            Self::RefreshToken => "/sns/oauth2/refresh_token",
            Self::Userinfo => "/sns/userinfo",
            Self::Auth => "/sns/auth",
            Self::StableToken => "/cgi-bin/stable_token",
            Self::FanInfo => "/cgi-bin/user/info",
            Self::Menu => "/cgi-bin/menu/get",
            Self::Ticket => "/cgi-bin/ticket/getticket",
            Self::Quota => "/cgi-bin/openapi/quota/get",
            Self::MediaUpload => "/cgi-bin/media/upload",
            Self::MediaGet => "/cgi-bin/media/get",
        }
    }

    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.path() == path)
    }
}

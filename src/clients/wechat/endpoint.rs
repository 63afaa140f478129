use std::fmt;

use awc::http::Method;

/// The platform's endpoints that we call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `sns/oauth2/access_token`: a code for a grant.
    Exchange,
    /// `sns/oauth2/refresh_token`: a refresh token for a new pair.
    Refresh,
    /// `sns/userinfo`: a fan's profile.
    UserInfo,
    /// `sns/auth`: whether a web token is still good.
    Check,
    /// `cgi-bin/stable_token`: the account's token in the mode that displaces none.
    StableToken,
    /// The same, where the token in force is replaced.
    ForcedToken,
    /// `cgi-bin/user/info`: whether a fan follows the account.
    Follower,
    /// `cgi-bin/ticket/getticket`: the ticket that signs for the JS-SDK.
    Ticket,
    /// `cgi-bin/user/get`: the openids of those who follow the account.
    Followers,
    /// `cgi-bin/user/info/batchget`: whether each of up to 100 fans follows the account.
    FollowerBatch,
    /// `cgi-bin/menu/get`: the account's menu.
    Menu,
    /// `cgi-bin/get_current_selfmenu_info`: the account's menu, also one that was made in the console.
    CurrentMenu,
    /// `cgi-bin/menu/create`: replaces the account's menu.
    MenuCreate,
    /// `cgi-bin/menu/delete`: removes the account's menu, and all conditional ones.
    MenuDelete,
    /// `cgi-bin/qrcode/create`: a QR code with a parameter.
    QrCode,
    /// `cgi-bin/openapi/quota/get`: the daily quota of another endpoint.
    Quota,
    /// `cgi-bin/media/upload`: a file for three days.
    MediaUpload,
    /// `cgi-bin/media/get`: a file that was uploaded.
    MediaDownload,
}

/// Endpoints whose error codes mean the same. 40001 means another thing in each family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// The web authorization of one fan, with the fan's token.
    Sns,
    /// Calls of the account itself, with the account's token.
    Cgi,
    /// Files, with the account's token.
    Media,
}

/// Whether a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeatability {
    /// The second request changes nothing that the first did not.
    Freely,
    /// After -1 only, with which the platform says that it did nothing.
    OnlyAfterBusy,
    /// What is sent exists once.
    Never,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 18] = [
        Self::Exchange,
        Self::Refresh,
        Self::UserInfo,
        Self::Check,
        Self::StableToken,
        Self::ForcedToken,
        Self::Ticket,
        Self::Follower,
        Self::Followers,
        Self::FollowerBatch,
        Self::Menu,
        Self::CurrentMenu,
        Self::MenuCreate,
        Self::MenuDelete,
        Self::QrCode,
        Self::Quota,
        Self::MediaUpload,
        Self::MediaDownload,
    ];

    /// The path under the API's base.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Exchange => "sns/oauth2/access_token",
            Self::Refresh => "sns/oauth2/refresh_token",
            Self::UserInfo => "sns/userinfo",
            Self::Check => "sns/auth",
            Self::StableToken | Self::ForcedToken => "cgi-bin/stable_token",
            Self::Follower => "cgi-bin/user/info",
            Self::Ticket => "cgi-bin/ticket/getticket",
            Self::Followers => "cgi-bin/user/get",
            Self::FollowerBatch => "cgi-bin/user/info/batchget",
            Self::Menu => "cgi-bin/menu/get",
            Self::CurrentMenu => "cgi-bin/get_current_selfmenu_info",
            Self::MenuCreate => "cgi-bin/menu/create",
            Self::MenuDelete => "cgi-bin/menu/delete",
            Self::QrCode => "cgi-bin/qrcode/create",
            Self::Quota => "cgi-bin/openapi/quota/get",
            Self::MediaUpload => "cgi-bin/media/upload",
            Self::MediaDownload => "cgi-bin/media/get",
        }
    }

    pub(super) const fn method(self) -> Method {
        match self {
            Self::Exchange
            | Self::Refresh
            | Self::UserInfo
            | Self::Check
            | Self::Ticket
            | Self::Follower
            | Self::Followers
            | Self::Menu
            | Self::CurrentMenu
            | Self::MenuDelete
            | Self::MediaDownload => Method::GET,
            Self::StableToken
            | Self::ForcedToken
            | Self::FollowerBatch
            | Self::MenuCreate
            | Self::QrCode
            | Self::Quota
            | Self::MediaUpload => Method::POST,
        }
    }

    pub(super) const fn family(self) -> Family {
        match self {
            Self::Exchange | Self::Refresh | Self::UserInfo | Self::Check => Family::Sns,
            Self::StableToken
            | Self::ForcedToken
            | Self::Ticket
            | Self::Follower
            | Self::Followers
            | Self::FollowerBatch
            | Self::Menu
            | Self::CurrentMenu
            | Self::MenuCreate
            | Self::MenuDelete
            | Self::QrCode
            | Self::Quota => Family::Cgi,
            Self::MediaUpload | Self::MediaDownload => Family::Media,
        }
    }

    /// Longest response that is read, in bytes. Most real ones are shorter than 2 KiB.
    pub(super) const fn max_response(self) -> usize {
        match self {
            // 10,000 openids, and the profiles of 100 fans.
            Self::Followers => 2 * 1024 * 1024,
            Self::FollowerBatch | Self::Menu | Self::CurrentMenu => 512 * 1024,
            _ => 64 * 1024,
        }
    }

    pub(super) const fn repeatability(self) -> Repeatability {
        match self {
            // A code is good for one exchange.
            Self::Exchange => Repeatability::OnlyAfterBusy,
            // Its file is a stream, which cannot be read twice; and each forced token ends the one before it.
            Self::MediaUpload | Self::ForcedToken => Repeatability::Never,
            // A refresh may be repeated: the refresh token that was sent stays good.
            Self::Refresh
            | Self::UserInfo
            | Self::Check
            | Self::StableToken
            | Self::Ticket
            | Self::Follower
            | Self::Followers
            | Self::FollowerBatch
            | Self::Menu
            | Self::CurrentMenu
            | Self::MenuCreate
            | Self::MenuDelete
            // A second code leads to the same scene.
            | Self::QrCode
            | Self::Quota
            | Self::MediaDownload => Repeatability::Freely,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.path())
    }
}

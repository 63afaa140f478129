//! The endpoints of the platform: their names in the control API, their paths, limits and rights.

use serde::{Deserialize, Serialize};

use crate::account_settings::Right;

/// An endpoint of the platform. Its requests are counted, and faults can be injected into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Endpoint {
    Authorize,
    AccessToken,
    RefreshToken,
    Userinfo,
    Auth,
    Token,
    StableToken,
    FanInfo,
    FanInfoBatch,
    Followers,
    Menu,
    CurrentMenu,
    MenuCreate,
    MenuDelete,
    ConditionalMenuAdd,
    ConditionalMenuDelete,
    ConditionalMenuTry,
    Ticket,
    QrCode,
    Quota,
    QuotaClear,
    Rid,
    ClearQuota,
    ClearQuotaV2,
    CallbackIps,
    ApiIps,
    MediaUpload,
    MediaGet,
    Message,
    Typing,
    /// The fans' pictures.
    Avatar,
    /// Every other path of the server API: 40066.
    Other,
}

/// The beginning of the path of every picture.
const AVATARS: &str = "/mmopen/";

impl Endpoint {
    pub const ALL: [Self; 32] = [
        Self::Authorize,
        Self::AccessToken,
        Self::RefreshToken,
        Self::Userinfo,
        Self::Auth,
        Self::Token,
        Self::StableToken,
        Self::FanInfo,
        Self::FanInfoBatch,
        Self::Followers,
        Self::Menu,
        Self::CurrentMenu,
        Self::MenuCreate,
        Self::MenuDelete,
        Self::ConditionalMenuAdd,
        Self::ConditionalMenuDelete,
        Self::ConditionalMenuTry,
        Self::Ticket,
        Self::QrCode,
        Self::Quota,
        Self::QuotaClear,
        Self::Rid,
        Self::ClearQuota,
        Self::ClearQuotaV2,
        Self::CallbackIps,
        Self::ApiIps,
        Self::MediaUpload,
        Self::MediaGet,
        Self::Message,
        Self::Typing,
        Self::Avatar,
        Self::Other,
    ];

    fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::Authorize => ("authorize", "/connect/oauth2/authorize"),
            Self::AccessToken => ("access_token", "/sns/oauth2/access_token"),
            Self::RefreshToken => ("refresh_token", "/sns/oauth2/refresh_token"),
            Self::Userinfo => ("userinfo", "/sns/userinfo"),
            Self::Auth => ("auth", "/sns/auth"),
            Self::Token => ("token", "/cgi-bin/token"),
            Self::StableToken => ("stable_token", "/cgi-bin/stable_token"),
            Self::FanInfo => ("fan_info", "/cgi-bin/user/info"),
            Self::FanInfoBatch => ("fan_info_batch", "/cgi-bin/user/info/batchget"),
            Self::Followers => ("followers", "/cgi-bin/user/get"),
            Self::Menu => ("menu", "/cgi-bin/menu/get"),
            Self::CurrentMenu => ("current_menu", "/cgi-bin/get_current_selfmenu_info"),
            Self::MenuCreate => ("menu_create", "/cgi-bin/menu/create"),
            Self::MenuDelete => ("menu_delete", "/cgi-bin/menu/delete"),
            Self::ConditionalMenuAdd => ("conditional_menu_add", "/cgi-bin/menu/addconditional"),
            Self::ConditionalMenuDelete => ("conditional_menu_delete", "/cgi-bin/menu/delconditional"),
            Self::ConditionalMenuTry => ("conditional_menu_try", "/cgi-bin/menu/trymatch"),
            Self::Ticket => ("ticket", "/cgi-bin/ticket/getticket"),
            Self::QrCode => ("qr_code", "/cgi-bin/qrcode/create"),
            Self::Quota => ("quota", "/cgi-bin/openapi/quota/get"),
            Self::QuotaClear => ("quota_clear", "/cgi-bin/openapi/quota/clear"),
            Self::Rid => ("rid", "/cgi-bin/openapi/rid/get"),
            Self::ClearQuota => ("clear_quota", "/cgi-bin/clear_quota"),
            Self::ClearQuotaV2 => ("clear_quota_v2", "/cgi-bin/clear_quota/v2"),
            Self::CallbackIps => ("callback_ips", "/cgi-bin/getcallbackip"),
            Self::ApiIps => ("api_ips", "/cgi-bin/get_api_domain_ip"),
            Self::MediaUpload => ("media_upload", "/cgi-bin/media/upload"),
            Self::MediaGet => ("media_get", "/cgi-bin/media/get"),
            Self::Message => ("message", "/cgi-bin/message/custom/send"),
            Self::Typing => ("typing", "/cgi-bin/message/custom/typing"),
            Self::Avatar => ("avatar", "/mmopen/vi_32/{avatar}/{size}"),
            Self::Other => ("other", "*"),
        }
    }

    /// The name in the control API.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    pub fn path(self) -> &'static str {
        self.row().1
    }

    /// The endpoint of a request; paths that the sandbox does not know are [`Self::Other`].
    pub fn from_path(path: &str) -> Self {
        if path.starts_with(AVATARS) {
            return Self::Avatar;
        }
        Self::known(path).unwrap_or(Self::Other)
    }

    /// The endpoint with this path, if there is one.
    pub fn known(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.path() == path)
    }

    /// Calls a day, as an old table of the platform has them; `None` for calls that are not counted.
    pub fn daily_limit(self) -> Option<u64> {
        Some(match self {
            Self::Authorize | Self::AccessToken | Self::RefreshToken | Self::Userinfo | Self::Auth => return None,
            Self::Avatar | Self::Other => return None,
            // They have limits a month.
            Self::ClearQuota | Self::ClearQuotaV2 | Self::QuotaClear => return None,
            Self::Token | Self::ConditionalMenuAdd | Self::ConditionalMenuDelete => 2_000,
            Self::StableToken | Self::Message | Self::Typing | Self::FanInfoBatch => 500_000,
            Self::FanInfo => 5_000_000,
            Self::Followers => 500,
            Self::MenuCreate | Self::MenuDelete => 1_000,
            Self::ConditionalMenuTry => 20_000,
            Self::Ticket => 1_000_000,
            Self::QrCode => 100_000,
            Self::MediaUpload => 5_000,
            Self::Menu
            | Self::CurrentMenu
            | Self::MediaGet
            | Self::Quota
            | Self::Rid
            | Self::CallbackIps
            | Self::ApiIps => 10_000,
        })
    }

    /// Calls a minute, where the documentation names a figure.
    pub fn minute_limit(self) -> Option<u64> {
        (self == Self::StableToken).then_some(10_000)
    }

    /// The right that the account needs; without it the answer is 48001.
    pub fn right(self) -> Option<Right> {
        match self {
            Self::FanInfo | Self::FanInfoBatch | Self::Followers => Some(Right::Fans),
            Self::Menu
            | Self::MenuCreate
            | Self::MenuDelete
            | Self::ConditionalMenuAdd
            | Self::ConditionalMenuDelete
            | Self::ConditionalMenuTry => Some(Right::Menu),
            Self::Ticket => Some(Right::JsSdk),
            Self::QrCode => Some(Right::QrCodes),
            Self::MediaUpload | Self::MediaGet => Some(Right::Media),
            Self::Message | Self::Typing => Some(Right::Messages),
            _ => None,
        }
    }
}

impl From<Endpoint> for &'static str {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.name()
    }
}

/// By name (`stable_token`) or by path (`cgi-bin/stable_token`, with or without the first slash).
impl TryFrom<String> for Endpoint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let path = text.trim_start_matches('/');
        Self::ALL
            .into_iter()
            .find(|endpoint| endpoint.name() == text || endpoint.path().trim_start_matches('/') == path)
            .ok_or_else(|| format!("{text} is no endpoint"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_paths_are_unique_and_both_name_an_endpoint() {
        let names: BTreeSet<_> = Endpoint::ALL.map(Endpoint::name).into();
        let paths: BTreeSet<_> = Endpoint::ALL.map(Endpoint::path).into();
        assert_eq!((names.len(), paths.len()), (Endpoint::ALL.len(), Endpoint::ALL.len()));
        for text in ["stable_token", "cgi-bin/stable_token", "/cgi-bin/stable_token"] {
            assert_eq!(Endpoint::try_from(text.to_owned()), Ok(Endpoint::StableToken));
        }
        assert!(Endpoint::try_from("nowhere".to_owned()).is_err());
    }
}

use std::{collections::BTreeMap, time::Duration};

use url::Url;

/// `wechat.*`: the platform.
#[derive(Debug, Clone)]
pub struct WeChatSettings {
    /// Base of the server API.
    pub api_url: Url,
    /// Base of the authorize page, as the fan's browser reaches it.
    pub open_url: Url,
    /// One deadline for all platform work of one request (`wechat.timeout_ms`).
    pub timeout: Duration,
    /// Whether a login outside WeChat's browser is answered with a QR code instead.
    pub require_app: bool,
    /// File name → content, served at the site's root.
    pub root_files: BTreeMap<String, String>,
}

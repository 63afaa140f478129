//! The Official Account (服务号) whose fans are served.

mod app_id;

pub use app_id::AppId;

use secrecy::SecretString;
use url::Url;

/// An Official Account: who it is for the platform, and where its fans find it.
#[derive(Debug, Clone)]
pub struct OfficialAccount {
    /// Its name for everything: keys, rows, metrics and log lines of the account carry it.
    pub app_id: AppId,
    /// With the AppID it authorizes the account's calls to the platform.
    pub app_secret: SecretString,
    /// As the pages show it, 1 to 64 characters.
    pub name: String,
    /// Its own origin as fans reach it. The `Host` of a request is never used.
    pub public_url: Url,
}

impl OfficialAccount {
    /// Whether fans reach it over https.
    pub fn is_secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

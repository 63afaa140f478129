use secrecy::SecretString;
use url::Url;

use crate::push::PushConfig;

/// The one account of a sandbox, and how the sandbox is reached.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// The account's AppID.
    pub app_id: String,
    /// The account's AppSecret.
    pub app_secret: SecretString,
    /// Hosts allowed in `redirect_uri` (the console's 网页授权域名), each `host` or `host/path`. Loopback hosts are always allowed.
    pub callback_hosts: Vec<String>,
    /// Worker threads of the server; 0 counts as 1.
    pub workers: usize,
    /// The URL at which browsers reach the sandbox, if it is not the listener's own.
    pub public_url: Option<Url>,
    /// Where the account's pushes go.
    pub push: PushConfig,
}

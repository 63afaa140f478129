//! Everything an operator can set, loaded from layered TOML files and the environment into one checked [`Settings`].

mod across;
mod address;
mod cache;
mod database;
mod environment;
mod fans;
mod fault;
mod keys;
mod layers;
mod limits;
mod load;
mod log;
mod ops;
mod redis_url;
mod sandbox;
mod secrets;
mod section;
mod server;
mod session;
mod site;
mod slips;
mod source;
mod telemetry;
mod wechat;

pub use cache::CacheSettings;
pub use database::{DatabaseSettings, DatabaseUrl};
pub use environment::Environment;
pub use fans::FansSettings;
pub use fault::{Fault, SettingsError};
pub use limits::LimitsSettings;
pub use log::{LogFormat, LogSettings};
pub use ops::OpsSettings;
pub use redis_url::{RedisLogin, RedisTopology, RedisUrl, RedisUrlFault};
pub use sandbox::SandboxSettings;
pub use secrets::{SecretFile, Secrets, SessionKey};
pub use server::ServerSettings;
pub use session::SessionSettings;
pub use site::SiteSettings;
pub use source::Source;
pub use telemetry::TelemetrySettings;
pub use wechat::WeChatSettings;

/// The checked settings of one deployment.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What `FANPASS_ENV` says.
    pub environment: Environment,
    /// The public listener.
    pub server: ServerSettings,
    /// The private listener.
    pub ops: OpsSettings,
    /// The platform.
    pub wechat: WeChatSettings,
    /// The stand-in platform.
    pub sandbox: SandboxSettings,
    /// What the pages say about the account.
    pub site: SiteSettings,
    /// How fans are kept.
    pub fans: FansSettings,
    /// How much one address may ask for.
    pub limits: LimitsSettings,
    /// How long a sign-in lasts.
    pub session: SessionSettings,
    /// The database.
    pub database: DatabaseSettings,
    /// The token cache.
    pub cache: CacheSettings,
    /// The log.
    pub log: LogSettings,
    /// Traces.
    pub telemetry: TelemetrySettings,
    /// What comes from the environment only.
    pub secrets: Secrets,
    /// The files on disk that were read, besides those inside the binary.
    pub files: Vec<String>,
    /// The files that hold secrets, `.env` among them.
    pub secret_files: Vec<SecretFile>,
    /// What is allowed and yet worth one line in the log at the start; no secrets.
    pub notes: Vec<String>,
}

impl Settings {
    /// What an empty `server.trusted_proxies` leads to, and the remedy, where every fan will seem to come from the address of
    /// the proxy: an https address of production is served by one.
    pub fn lacks_trusted_proxies(&self) -> Option<&'static str> {
        let is_behind_one = self.environment == Environment::Production && self.server.is_public();
        let is_lacking = is_behind_one && self.server.trusted_proxies.is_empty();
        let text = if self.limits.per_address_per_minute > 0 {
            "all fans seem to come from the address of your proxy, share its limits.per_address_per_minute and in a busy minute \
             get 429 together, and the audit trail names no fan's address. Name the networks of your proxy there, as in \
             FANPASS__SERVER__TRUSTED_PROXIES=10.0.0.0/8, and have it send X-Forwarded-For"
        } else {
            "all fans seem to come from the address of your proxy, and the audit trail names no fan's address. Name the \
             networks of your proxy there, as in FANPASS__SERVER__TRUSTED_PROXIES=10.0.0.0/8, and have it send X-Forwarded-For"
        };
        is_lacking.then_some(text)
    }
}

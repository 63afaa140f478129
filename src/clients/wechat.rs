//! The client of the WeChat platform: web authorization (网页授权) and the account's own calls.

mod cgi;
mod close_delimited;
pub(super) mod connector;
mod endpoint;
mod errcode;
mod error;
mod fields;
mod media;
mod platform_health;
pub mod push;
mod relay;
mod repair;
mod request;
mod response;
mod sns;

use std::{rc::Rc, time::Duration};

use secrecy::SecretString;
use url::Url;

pub use cgi::{AccountProbe, DailyQuota, FOLLOWER_BATCH, FollowerInfo, FollowersPage, IssuedQrCode, probe_account};
pub use connector::TlsConfig;
pub use endpoint::Endpoint;
pub use errcode::{ErrorClass, classify};
pub use error::PlatformError;
pub use media::{Download, FileName, FileType, MediaId, MediaKind, Upload};
pub use platform_health::{LastCall, PlatformHealth};
pub use relay::{ByteStream, CallerBodyCut, RelayAnswer, RelayBody, RelayCall, RelayError, RelayMethod, STALLS};
pub use response::Response;
pub use sns::{AuthorizeUrl, Grant};

use crate::{
    domain::AppId,
    telemetry::{self, platform::PlatformMetrics},
};

/// A client of the platform for one worker thread (awc's client cannot leave its thread).
#[derive(Clone)]
pub struct WeChatClient {
    http: awc::Client,
    account: Rc<Account>,
    health: PlatformHealth,
    metrics: PlatformMetrics,
}

struct Account {
    /// Already changed by [`connector::unencrypted`].
    api_url: Url,
    app_id: AppId,
    app_secret: SecretString,
}

impl WeChatClient {
    /// A client for one account. `timeout` bounds connecting and the handshake; the deadline of each call bounds the
    /// whole call, to the last byte of its response.
    pub fn new(tls: &TlsConfig, api_url: Url, app_id: AppId, app_secret: SecretString, timeout: Duration) -> Self {
        // Every login calls this endpoint.
        let metrics = telemetry::metrics().account(&app_id).platform;
        metrics.announce(Endpoint::Exchange.path(), ErrorClass::ALL.map(ErrorClass::as_str));
        let http = connector::http_client(tls, &api_url, timeout);
        let account = Rc::new(Account {
            api_url: connector::unencrypted(&api_url),
            app_id,
            app_secret,
        });
        Self {
            http,
            account,
            health: PlatformHealth::default(),
            metrics,
        }
    }

    /// The same client, which records its calls in `health`.
    #[must_use]
    pub fn with_health(mut self, health: PlatformHealth) -> Self {
        self.health = health;
        self
    }

    /// How its calls go.
    pub fn health(&self) -> &PlatformHealth {
        &self.health
    }
}

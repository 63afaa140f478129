//! The state of one sandbox.

use std::io;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    account_settings::SettingsStore, clock::Clock, config::SandboxConfig, fans::Fans, faults::FaultQueue,
    grants::Grants, media::MediaStore, pages::Pages, random::Random, request_log::RequestLog,
    stable_token::StableToken,
};

/// Shared by all workers of one sandbox.
pub struct Platform {
    pub app_id: String,
    app_secret: SecretString,
    pub url: Url,
    pub clock: Clock,
    pub random: Random,
    pub fans: Fans,
    pub grants: Grants,
    pub stable_token: StableToken,
    /// The ticket of the JS-SDK lives as long as a token.
    pub ticket: StableToken,
    pub media: MediaStore,
    pub faults: FaultQueue,
    pub request_log: RequestLog,
    pub settings: SettingsStore,
    pub pages: Pages,
}

impl Platform {
    /// Fails when a page does not parse.
    pub fn new(config: SandboxConfig, url: Url) -> io::Result<Self> {
        Ok(Self {
            fans: Fans::seeded(&config.app_id, url.clone()),
            app_id: config.app_id,
            app_secret: config.app_secret,
            url,
            clock: Clock::default(),
            random: Random,
            grants: Grants::new(),
            stable_token: StableToken::default(),
            ticket: StableToken::default(),
            media: MediaStore::new(),
            faults: FaultQueue::default(),
            request_log: RequestLog::new(),
            settings: SettingsStore::new(config.callback_hosts),
            pages: Pages::new().map_err(io::Error::other)?,
        })
    }

    /// Whether this is the account's AppSecret.
    pub fn is_secret(&self, secret: &str) -> bool {
        self.app_secret.expose_secret() == secret
    }
}

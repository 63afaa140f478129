//! Where pushes go.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::NotReady;
use crate::{
    platform::Platform,
    push::{AesKey, PushMode},
};

/// Where a push goes, and what it is sealed with.
pub struct Target {
    pub url: Url,
    token: SecretString,
    pub aes_key: Option<AesKey>,
    pub mode: PushMode,
    pub timeout: Duration,
}

impl Target {
    /// # Errors
    ///
    /// When a setting is missing.
    pub fn of(platform: &Platform, mode: Option<PushMode>) -> Result<Self, NotReady> {
        let settings = platform.settings.current().push.clone();
        let mode = mode.unwrap_or(settings.mode);
        let target = Self {
            url: settings.url.ok_or(NotReady::NoUrl)?,
            token: settings.token.ok_or(NotReady::NoToken)?,
            aes_key: settings.aes_key,
            mode,
            timeout: Duration::from_millis(settings.timeout_ms),
        };
        if mode != PushMode::Plain && target.aes_key.is_none() {
            return Err(NotReady::NoKey);
        }
        Ok(target)
    }

    pub fn token(&self) -> &str {
        self.token.expose_secret()
    }

    /// The URL with these parameters behind its own.
    pub fn url_with(&self, query: &str) -> String {
        let separator = if self.url.query().is_some() { '&' } else { '?' };
        format!("{}{separator}{query}", self.url)
    }
}

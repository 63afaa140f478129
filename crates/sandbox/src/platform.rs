//! The state of one sandbox.

use std::io;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::SandboxConfig;
use super::cgi::StableToken;
use super::chance::Chance;
use super::clock::Clock;
use super::fans::Fans;
use super::faults::FaultBoard;
use super::grants::Grants;
use super::journal::Journal;
use super::pages::Pages;
use super::rules::RuleBook;

/// Shared by all workers of one sandbox.
pub(super) struct Platform {
    pub(super) app_id: String,
    app_secret: SecretString,
    pub(super) url: Url,
    pub(super) clock: Clock,
    pub(super) chance: Chance,
    pub(super) fans: Fans,
    pub(super) grants: Grants,
    pub(super) stable_token: StableToken,
    pub(super) faults: FaultBoard,
    pub(super) journal: Journal,
    pub(super) rules: RuleBook,
    pub(super) pages: Pages,
}

impl Platform {
    pub(super) fn new(config: SandboxConfig, url: Url) -> io::Result<Self> {
        Ok(Self {
            fans: Fans::seeded(&config.app_id, url.clone()),
            app_id: config.app_id,
            app_secret: config.app_secret,
            url,
            clock: Clock::default(),
            chance: Chance::from_system()?,
            grants: Grants::new(),
            stable_token: StableToken::default(),
            faults: FaultBoard::default(),
            journal: Journal::new(),
            rules: RuleBook::new(config.callback_hosts),
            pages: Pages::new().map_err(io::Error::other)?,
        })
    }

    /// Whether this is the account's AppSecret.
    pub(super) fn knows_secret(&self, secret: &str) -> bool {
        self.app_secret.expose_secret() == secret
    }
}

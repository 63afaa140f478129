use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{kind::TokenKind, pause::is_lasting, refusal::refusal_hint};
use crate::{
    clients::wechat::PlatformError,
    domain::{Clock, Timestamp},
    resilience::OutageLog,
};

/// How the last fetch of the account's token or ticket went, and the log lines about refusals.
#[derive(Debug)]
pub struct TokenHealth {
    kind: TokenKind,
    clock: Clock,
    last: Mutex<Option<LastFetch>>,
    outage: OutageLog,
}

/// The last fetch of any thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastFetch {
    /// Whether the platform issued it.
    pub is_issued: bool,
    /// How long the fetch took.
    pub took: Duration,
    /// When it ended.
    pub at: Timestamp,
    /// Since when it has been issued or refused.
    pub since: Timestamp,
}

impl TokenHealth {
    pub(super) fn new(kind: TokenKind, clock: Clock) -> Self {
        Self {
            kind,
            clock,
            last: Mutex::default(),
            outage: OutageLog::default(),
        }
    }

    /// None before the first fetch.
    pub fn last(&self) -> Option<LastFetch> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn issued(&self, took: Duration) {
        self.record(true, took);
        if let Some(failures) = self.outage.record_success() {
            tracing::info!(
                token = self.kind.key(),
                wechat.failures = failures,
                "the platform issues the account's token again"
            );
        }
    }

    /// Another replica fetched a token that was issued at this moment.
    pub(super) fn seen(&self, issued_at: Timestamp) {
        if self.last().is_some_and(|last| !last.is_issued && last.at <= issued_at) {
            self.issued(Duration::ZERO);
        }
    }

    /// The platform refused another replica, or this process before.
    pub(super) fn paused(&self) {
        self.record(false, Duration::ZERO);
    }

    /// A refusal that lasts is one loud line. Another failure is logged by the platform's health.
    pub(super) fn refused(&self, error: &PlatformError, took: Duration) {
        self.record(false, took);
        let token = self.kind.key();
        if !is_lasting(error) {
            tracing::info!(token, %error, "the account's token was not fetched");
        } else if self.outage.record_failure() {
            let hint = refusal_hint(error);
            tracing::error!(token, %error, hint, "the platform refuses the account's token");
        } else {
            tracing::info!(token, %error, "the platform still refuses the account's token");
        }
    }

    fn record(&self, is_issued: bool, took: Duration) {
        let at = self.clock.now();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let same = last.filter(|last| last.is_issued == is_issued);
        let since = same.map_or(at, |last| last.since);
        *last = Some(LastFetch {
            is_issued,
            took,
            at,
            since,
        });
    }
}

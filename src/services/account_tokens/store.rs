//! Where tokens are kept: sealed in the cache for all replicas, and for some seconds in this process.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::kind::TokenKind;
use crate::{
    cache::{Cache, CacheError},
    domain::{Clock, IssuedToken, Timestamp},
    services::sealing::Sealer,
};

/// How long this process serves a token without asking the cache. Another replica may have replaced it meanwhile; both are
/// good then, unless somebody forced it.
const REMEMBERED_FOR: Duration = Duration::from_secs(5);

/// A token in force.
#[derive(Debug, Clone)]
pub(super) struct HeldToken {
    pub(super) value: SecretString,
    /// When it was issued, by our clock.
    pub(super) issued_at: Timestamp,
    /// When the platform ends it, by our clock.
    pub(super) until: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct SealedToken {
    value: String,
    issued_at: Timestamp,
    until: Timestamp,
}

/// The tokens of one kind.
#[derive(Debug)]
pub(super) struct TokenStore {
    kind: TokenKind,
    cache: Cache,
    sealer: Sealer,
    clock: Clock,
    remembered: Mutex<Option<Remembered>>,
    /// Counts the tokens that this process wrote or dropped.
    changes: AtomicU64,
}

#[derive(Debug)]
struct Remembered {
    token: HeldToken,
    /// When the cache is asked again, by the monotonic clock.
    ask_at: Duration,
}

impl HeldToken {
    /// What is told of it at `now`.
    pub(super) fn issued(&self, now: Timestamp) -> IssuedToken {
        IssuedToken {
            value: self.value.clone(),
            expires_in: u32::try_from(self.left(now)).unwrap_or_default(),
        }
    }

    /// Seconds that are left of it.
    pub(super) fn left(&self, now: Timestamp) -> i64 {
        self.until.seconds_since(now)
    }

    pub(super) fn is(&self, value: &SecretString) -> bool {
        Self::same(&self.value, value)
    }

    pub(super) fn same(one: &SecretString, other: &SecretString) -> bool {
        one.expose_secret() == other.expose_secret()
    }
}

impl TokenStore {
    pub(super) fn new(kind: TokenKind, cache: Cache, sealer: Sealer, clock: Clock) -> Self {
        Self {
            kind,
            cache,
            sealer,
            clock,
            remembered: Mutex::default(),
            changes: AtomicU64::new(0),
        }
    }

    /// The token that this process read in the last seconds, if more than `least` seconds are left of it.
    pub(super) fn remembered(&self, least: i64) -> Option<HeldToken> {
        let now = self.clock.monotonic();
        let remembered = self.lock();
        let token = &remembered.as_ref().filter(|remembered| now < remembered.ask_at)?.token;
        (token.left(self.clock.now()) > least).then(|| token.clone())
    }

    /// The token that this process read or fetched last, however long ago: for when the cache is away.
    pub(super) fn held(&self, least: i64) -> Option<HeldToken> {
        let token = self.lock().as_ref().map(|remembered| remembered.token.clone());
        let token = token.filter(|token| token.left(self.clock.now()) > least)?;
        self.remember(&token);
        Some(token)
    }

    /// The token in the cache, if more than `least` seconds are left of it.
    ///
    /// # Errors
    /// [`CacheError`].
    pub(super) async fn read(&self, least: i64) -> Result<Option<HeldToken>, CacheError> {
        let changes = self.changes.load(Ordering::Acquire);
        let stored = self.cache.get(self.kind.key()).await?;
        let token = stored.and_then(|stored| self.open(&stored));
        let token = token.filter(|token| token.left(self.clock.now()) > least);
        // Another thread may have replaced or dropped it since it was read.
        if let Some(token) = token
            .as_ref()
            .filter(|_| self.changes.load(Ordering::Acquire) == changes)
        {
            self.remember(token);
        }
        Ok(token)
    }

    /// Keeps a new token until `margin` seconds before its end.
    pub(super) async fn write(&self, issued: &IssuedToken, margin: i64) -> HeldToken {
        let now = self.clock.now();
        let token = HeldToken {
            value: issued.value.clone(),
            issued_at: now,
            until: now.plus_seconds(issued.expires_in.into()),
        };
        self.remember_written(&token);
        let seconds = u64::try_from(i64::from(issued.expires_in).saturating_sub(margin)).unwrap_or_default();
        let sealed = SealedToken {
            value: token.value.expose_secret().to_owned(),
            issued_at: token.issued_at,
            until: token.until,
        };
        match self.sealer.seal(&sealed, self.kind.key()) {
            Ok(text) => {
                let ttl = Duration::from_secs(seconds);
                if let Err(error) = self.cache.put(self.kind.key(), text.as_bytes(), ttl).await {
                    tracing::debug!(cache.error = %error, "a token of the account was not kept");
                }
            }
            Err(error) => tracing::warn!(%error, "a token of the account could not be sealed"),
        }
        // Whoever read the cache meanwhile has the one before.
        self.remember_written(&token);
        token
    }

    /// Drops a token if it is still the one in force.
    ///
    /// # Errors
    /// [`CacheError`]: it may still be in the cache. This process has forgotten it.
    pub(super) async fn drop_if_current(&self, refused: &SecretString) -> Result<(), CacheError> {
        self.forget(refused);
        let Some(stored) = self.cache.get(self.kind.key()).await? else {
            return Ok(());
        };
        if self.open(&stored).is_some_and(|token| token.is(refused)) {
            self.cache.remove_if_equal(self.kind.key(), &stored).await?;
        }
        // Another thread may have read it meanwhile.
        self.forget(refused);
        Ok(())
    }

    /// Whether this token is the one in force. `None` without the cache, where this process does not have it.
    pub(super) async fn is_current(&self, token: &SecretString) -> Option<bool> {
        if self
            .lock()
            .as_ref()
            .is_some_and(|remembered| remembered.token.is(token))
        {
            return Some(true);
        }
        let stored = self.cache.get(self.kind.key()).await.ok()?;
        Some(
            stored
                .and_then(|stored| self.open(&stored))
                .is_some_and(|held| held.is(token)),
        )
    }

    /// Lets this process ask the cache again, if it remembers this token.
    pub(super) fn forget(&self, refused: &SecretString) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        let mut remembered = self.lock();
        if remembered
            .as_ref()
            .is_some_and(|remembered| remembered.token.is(refused))
        {
            *remembered = None;
        }
    }

    fn remember_written(&self, token: &HeldToken) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.remember(token);
    }

    fn remember(&self, token: &HeldToken) {
        let ask_at = self.clock.monotonic().saturating_add(REMEMBERED_FOR);
        let token = token.clone();
        *self.lock() = Some(Remembered { token, ask_at });
    }

    /// A value that another key sealed, or that was sealed for another kind, is none.
    fn open(&self, stored: &[u8]) -> Option<HeldToken> {
        let text = std::str::from_utf8(stored).ok()?;
        let sealed: SealedToken = self.sealer.open(text, self.kind.key())?;
        Some(HeldToken {
            value: sealed.value.into(),
            issued_at: sealed.issued_at,
            until: sealed.until,
        })
    }

    /// A panic elsewhere leaves the value intact: it is always replaced as a whole.
    fn lock(&self) -> MutexGuard<'_, Option<Remembered>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

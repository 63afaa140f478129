//! Bounds what reports of refused tokens can cause.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::{cache::Cache, domain::Clock};

/// The token that was reported last. There is one key, so that no number of reports fills the cache.
const REPORTED_KEY: &str = "account_token_reported";

/// Reports of one token cause one fetch in this time.
const REPORT_TTL: Duration = Duration::from_secs(30);

/// The platform forces no refresh sooner after another, and 20 a day (获取稳定版接口调用凭据).
const FORCED_EVERY: Duration = Duration::from_secs(30);
const FORCED_PER_DAY: u32 = 20;
const DAY: Duration = Duration::from_hours(24);

/// Which tokens were reported as refused lately, and how often a refresh was forced.
#[derive(Debug)]
pub(super) struct ForcedRefreshes {
    cache: Cache,
    clock: Clock,
    /// The last report of this process, for when the cache is away: a digest, and until when it counts.
    last: Mutex<Option<(String, Duration)>>,
}

impl ForcedRefreshes {
    pub(super) fn new(cache: Cache, clock: Clock) -> Self {
        Self {
            cache,
            clock,
            last: Mutex::default(),
        }
    }

    /// Whether somebody reported this token lately.
    pub(super) async fn is_reported(&self, refused: &SecretString) -> bool {
        let digest = digest(refused);
        let now = self.clock.monotonic();
        let is_last = self
            .lock()
            .as_ref()
            .is_some_and(|(known, until)| *known == digest && now < *until);
        is_last || matches!(self.cache.get(REPORTED_KEY).await, Ok(Some(known)) if known == digest.as_bytes())
    }

    /// Notes that this token, the one in force, was reported.
    pub(super) async fn report(&self, refused: &SecretString) {
        let digest = digest(refused);
        // Otherwise the other replicas do not know.
        drop(self.cache.put(REPORTED_KEY, digest.as_bytes(), REPORT_TTL).await);
        *self.lock() = Some((digest, self.clock.monotonic().saturating_add(REPORT_TTL)));
    }

    /// A panic elsewhere leaves the value intact.
    fn lock(&self) -> MutexGuard<'_, Option<(String, Duration)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Whether the platform allows another forced refresh. Counts it. Without the cache nobody knows, and none is forced.
    pub(super) async fn may_force(&self) -> bool {
        let taken = async |key: &str, ttl| !matches!(self.cache.put_if_absent(key, b"1", ttl).await, Ok(None));
        if taken("account_token_forced", FORCED_EVERY).await {
            return false;
        }
        for number in 0..FORCED_PER_DAY {
            if !taken(&format!("account_token_forced:{number}"), DAY).await {
                return true;
            }
        }
        false
    }
}

fn digest(token: &SecretString) -> String {
    hex::encode(Sha256::digest(token.expose_secret().as_bytes()))
}

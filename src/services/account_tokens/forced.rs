//! Bounds what reports of refused tokens can cause.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::{cache::Cache, domain::Clock};

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

    /// Whether nobody reported this token lately.
    pub(super) async fn is_first_report(&self, refused: &SecretString) -> bool {
        let digest = hex::encode(Sha256::digest(refused.expose_secret().as_bytes()));
        let key = format!("account_token_refused:{digest}");
        match self.cache.put_if_absent(&key, b"1", REPORT_TTL).await {
            Ok(there) => there.is_none(),
            Err(_) => self.is_first_here(digest),
        }
    }

    fn is_first_here(&self, digest: String) -> bool {
        let now = self.clock.monotonic();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = last
            .as_ref()
            .is_some_and(|(known, until)| *known == digest && now < *until);
        if !is_known {
            *last = Some((digest, now.saturating_add(REPORT_TTL)));
        }
        !is_known
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

//! Pauses after failures, so that a platform that refuses or struggles is not hammered.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{AccountTokenError, kind::TokenKind};
use crate::{
    cache::Cache,
    clients::wechat::{ErrorClass, PlatformError},
    domain::{Clock, Random, Timestamp},
};

/// A refusal that lasts is tried again once in this time, by one replica.
const LASTING: Duration = Duration::from_mins(1);

/// The longest pause after failures that may end by themselves.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

/// Pauses of one kind of token.
#[derive(Debug)]
pub(super) struct Pauses {
    kind: TokenKind,
    cache: Cache,
    clock: Clock,
    random: Random,
    own: Mutex<Own>,
}

/// The pause of this process.
#[derive(Debug, Default)]
struct Own {
    failures: u32,
    /// By the monotonic clock, with what failed.
    until: Option<(Duration, PlatformError)>,
}

/// A pause of all replicas, in the cache.
#[derive(Serialize, Deserialize)]
struct Shared {
    until: Timestamp,
    errcode: i64,
    errmsg: String,
}

/// Whether a refusal lasts until somebody acts, or a day or a minute is over.
pub fn is_lasting(error: &PlatformError) -> bool {
    matches!(
        error.class(),
        ErrorClass::Configuration | ErrorClass::Quota | ErrorClass::Frequency | ErrorClass::Permanent
    )
}

impl Pauses {
    pub(super) fn new(kind: TokenKind, cache: Cache, clock: Clock, random: Random) -> Self {
        Self {
            kind,
            cache,
            clock,
            random,
            own: Mutex::default(),
        }
    }

    /// The error for whoever asks during a pause. None: the platform may be asked.
    pub(super) async fn in_force(&self) -> Option<AccountTokenError> {
        if let Some(own) = self.own_in_force() {
            return Some(own);
        }
        // Without the cache each process has its own pauses only.
        let stored = self.cache.get(self.kind.pause_key()).await.ok()??;
        let shared: Shared = serde_json::from_slice(&stored).ok()?;
        let left = shared.until.seconds_since(self.clock.now());
        let retry_after = u32::try_from(left).ok().filter(|seconds| *seconds > 0)?;
        let cause = PlatformError::Refused {
            endpoint: self.kind.endpoint(),
            errcode: shared.errcode,
            errmsg: shared.errmsg,
        };
        Some(AccountTokenError::Paused { retry_after, cause })
    }

    fn own_in_force(&self) -> Option<AccountTokenError> {
        let now = self.clock.monotonic();
        let own = self.lock();
        let (until, cause) = own.until.as_ref()?;
        let left = until.checked_sub(now).filter(|left| !left.is_zero())?;
        Some(AccountTokenError::Paused {
            retry_after: u32::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u32::MAX),
            cause: cause.clone(),
        })
    }

    /// Begins a pause after a failure.
    pub(super) async fn begin(&self, error: &PlatformError) {
        let pause = self.begin_own(error);
        let PlatformError::Refused { errcode, errmsg, .. } = error else {
            return;
        };
        if !is_lasting(error) {
            return;
        }
        let shared = Shared {
            until: self
                .clock
                .now()
                .plus_seconds(i64::try_from(pause.as_secs()).unwrap_or_default()),
            errcode: *errcode,
            errmsg: errmsg.clone(),
        };
        let Ok(text) = serde_json::to_vec(&shared) else { return };
        if let Err(error) = self.cache.put(self.kind.pause_key(), &text, pause).await {
            tracing::debug!(cache.error = %error, "a pause was not told to the other replicas");
        }
    }

    fn begin_own(&self, error: &PlatformError) -> Duration {
        let mut own = self.lock();
        own.failures = own.failures.saturating_add(1);
        let pause = if is_lasting(error) {
            LASTING
        } else {
            backoff(own.failures, &self.random)
        };
        own.until = Some((self.clock.monotonic().saturating_add(pause), error.clone()));
        pause
    }

    /// Ends the pauses of this process. One of all replicas ends by itself, and hinders nobody who finds a token.
    pub(super) fn end(&self) {
        *self.lock() = Own::default();
    }

    /// A panic elsewhere leaves the value intact.
    fn lock(&self) -> MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One second after the first failure, and twice as long after each further one, varied by a quarter.
fn backoff(failures: u32, random: &Random) -> Duration {
    let doublings = failures.saturating_sub(1).min(10);
    let pause = Duration::from_secs(1 << doublings).min(LONGEST_BACKOFF);
    let millis = u64::try_from(pause.as_millis()).unwrap_or_default();
    random.pause(millis * 3 / 4..millis * 5 / 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cache::MemoryCache, clients::wechat::Endpoint};

    fn refused(errcode: i64) -> PlatformError {
        PlatformError::Refused {
            endpoint: Endpoint::StableToken,
            errcode,
            errmsg: "made up".to_owned(),
        }
    }

    fn pauses(cache: &Cache, clock: &Clock) -> Pauses {
        Pauses::new(TokenKind::AccessToken, cache.clone(), clock.clone(), Random::system())
    }

    fn memory(clock: &Clock) -> Cache {
        Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20))
    }

    #[tokio::test]
    async fn a_refusal_that_lasts_pauses_every_replica_for_a_minute() {
        for errcode in [
            40164, 61004, 45009, 40243, 89501, 89505, 50004, 50007, 40001, 40125, 45011,
        ] {
            let clock = Clock::system();
            let cache = memory(&clock);
            let (one, other) = (pauses(&cache, &clock), pauses(&cache, &clock));
            one.begin(&refused(errcode)).await;
            for pauses in [&one, &other] {
                let Some(AccountTokenError::Paused { retry_after, cause }) = pauses.in_force().await else {
                    panic!("{errcode} pauses nobody");
                };
                assert!((55..=60).contains(&retry_after), "{retry_after}");
                assert!(matches!(cause, PlatformError::Refused { errcode: told, .. } if told == errcode));
            }
            clock.advance(61);
            assert!(one.in_force().await.is_none() && other.in_force().await.is_none());
        }
    }

    #[tokio::test]
    async fn a_pause_after_a_busy_platform_grows_and_is_of_one_process() {
        let clock = Clock::system();
        let cache = memory(&clock);
        let (one, other) = (pauses(&cache, &clock), pauses(&cache, &clock));
        let mut last = 0;
        for _ in 0..6 {
            one.begin(&refused(-1)).await;
            let Some(AccountTokenError::Paused { retry_after, .. }) = one.in_force().await else {
                panic!("no pause");
            };
            assert!(retry_after >= last && retry_after <= 38, "{retry_after} after {last}");
            last = retry_after;
            assert!(other.in_force().await.is_none());
            clock.advance(40);
            assert!(one.in_force().await.is_none());
        }
        assert!(last >= 20, "{last}");
        one.end();
        one.begin(&refused(-1)).await;
        let Some(AccountTokenError::Paused { retry_after, .. }) = one.in_force().await else {
            panic!("no pause");
        };
        assert!(retry_after <= 2, "a success ends the growth");
    }
}

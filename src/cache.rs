//! The token store: short-lived values under short keys, in Redis or in the memory of this process.
//!
//! What is stored here may vanish at any time. Whoever uses it goes on without it.

mod memory;
mod redis;

use std::{pin::Pin, time::Duration};

pub use self::{
    memory::MemoryCache,
    redis::{Diagnosis, RedisCache, RedisUrlError},
};

use crate::telemetry::{
    self,
    cache::{CacheOperation, CacheOutcome, CacheStore},
};

/// The token store of a deployment. Clones share what is stored.
#[derive(Debug, Clone)]
pub enum Cache {
    /// For a deployment of one process.
    Memory(MemoryCache),
    /// For any number of processes.
    Redis(RedisCache),
}

/// The cache did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// It cannot be reached, or not in time; the outage is already logged. A write may have taken effect.
    #[error("the cache is not available")]
    Unavailable,
    /// All connections to it were taken by other calls of this process until the time was over: nothing was sent.
    #[error("too many calls wait for the cache")]
    Overloaded,
    /// It answers, but refuses this command: it is full, say. Holds what it said, without the command's arguments; that
    /// is already logged.
    #[error("the cache refused a command: {0}")]
    Refused(String),
}

impl CacheError {
    /// The error in the metrics.
    const fn as_outcome(&self) -> CacheOutcome {
        match self {
            Self::Overloaded => CacheOutcome::Overloaded,
            Self::Unavailable | Self::Refused(_) => CacheOutcome::Error,
        }
    }
}

/// Sends a call to whichever store there is, and counts it.
macro_rules! either {
    ($cache:expr, $operation:ident, $store:ident => $call:expr) => {{
        let answer = match $cache {
            Self::Memory($store) => Ok($call),
            Self::Redis($store) => boxed($call).await,
        };
        let outcome = answer
            .as_ref()
            .map_or_else(CacheError::as_outcome, |_| CacheOutcome::Ok);
        let metrics = &telemetry::metrics().cache;
        metrics.record($cache.store(), CacheOperation::$operation, outcome);
        answer
    }};
}

/// A conversation with Redis is large; in a box it does not make whatever waits for the cache large as well.
fn boxed<'call, T>(call: impl Future<Output = T> + Send + 'call) -> Pin<Box<dyn Future<Output = T> + Send + 'call>> {
    Box::pin(call)
}

/// A value lives for `ttl`, to the millisecond; one that is put with a `ttl` of zero is gone at once.
impl Cache {
    /// The value under `key`.
    #[tracing::instrument(name = "cache.get", level = "debug", skip_all)]
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        let answer = match self {
            Self::Memory(store) => Ok(store.get(key)),
            Self::Redis(store) => boxed(store.get(key)).await,
        };
        let outcome = match &answer {
            Ok(Some(_)) => CacheOutcome::Hit,
            Ok(None) => CacheOutcome::Miss,
            Err(error) => error.as_outcome(),
        };
        let metrics = &telemetry::metrics().cache;
        metrics.record(self.store(), CacheOperation::Get, outcome);
        answer
    }

    /// Stores `value`, whatever was there.
    #[tracing::instrument(name = "cache.put", level = "debug", skip_all)]
    pub async fn put(&self, key: &str, value: &[u8], ttl: Duration) -> Result<(), CacheError> {
        either!(self, Put, store => store.put(key, value, ttl))
    }

    /// Stores `value` if there is none, and answers `None`; otherwise answers what is there. Atomic.
    #[tracing::instrument(name = "cache.put_if_absent", level = "debug", skip_all)]
    pub async fn put_if_absent(&self, key: &str, value: &[u8], ttl: Duration) -> Result<Option<Vec<u8>>, CacheError> {
        either!(self, PutIfAbsent, store => store.put_if_absent(key, value, ttl))
    }

    /// Stores `value` if what is there equals `expected`, and says whether it did. Atomic. With `value` equal to
    /// `expected` it renews a lease.
    #[tracing::instrument(name = "cache.put_if_equal", level = "debug", skip_all)]
    pub async fn put_if_equal(
        &self,
        key: &str,
        expected: &[u8],
        value: &[u8],
        ttl: Duration,
    ) -> Result<bool, CacheError> {
        either!(self, PutIfEqual, store => store.put_if_equal(key, expected, value, ttl))
    }

    /// Removes whatever is there.
    #[tracing::instrument(name = "cache.remove", level = "debug", skip_all)]
    pub async fn remove(&self, key: &str) -> Result<(), CacheError> {
        either!(self, Remove, store => store.remove(key))
    }

    /// Removes what is there if it equals `expected`, and says whether it did. Atomic.
    #[tracing::instrument(name = "cache.remove_if_equal", level = "debug", skip_all)]
    pub async fn remove_if_equal(&self, key: &str, expected: &[u8]) -> Result<bool, CacheError> {
        either!(self, RemoveIfEqual, store => store.remove_if_equal(key, expected))
    }

    /// Whether the cache does all that is ever asked of it. Writes nothing. Of a cluster one node is tried.
    pub async fn trial(&self) -> Result<(), CacheError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(store) => store.trial().await,
        }
    }

    /// The time of the cache's own clock, since 1970-01-01T00:00:00Z. None: it has no clock of its own, or does not tell.
    pub async fn server_time(&self) -> Result<Option<Duration>, CacheError> {
        match self {
            Self::Memory(_) => Ok(None),
            Self::Redis(store) => boxed(store.server_time()).await,
        }
    }

    /// The store's name and, where it is a server that answers, its version.
    pub async fn describe(&self) -> Result<String, CacheError> {
        match self {
            Self::Memory(_) => Ok("memory (for one process)".to_owned()),
            Self::Redis(store) => store.describe().await,
        }
    }

    /// The store in the metrics.
    const fn store(&self) -> CacheStore {
        match self {
            Self::Memory(_) => CacheStore::Memory,
            Self::Redis(_) => CacheStore::Redis,
        }
    }
}

/// Longest life of a value. Beyond some centuries the stores would overflow.
const LONGEST_TTL: Duration = Duration::from_secs(10 * 365 * 86_400);

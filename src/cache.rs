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
    /// It cannot be reached, or not in time; the outage is logged already. A write may have taken effect.
    #[error("the cache is not available")]
    Unavailable,
    /// All connections to it were taken by other calls of this process until the time was over: nothing was sent.
    #[error("too many calls wait for the cache")]
    Overloaded,
    /// It answers, but refuses this command: it is full, say. Holds its reply, without the command's arguments, which is
    /// already logged.
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
        let result = match $cache {
            Self::Memory($store) => Ok($call),
            Self::Redis($store) => boxed($call).await,
        };
        let outcome = result
            .as_ref()
            .map_or_else(CacheError::as_outcome, |_| CacheOutcome::Ok);
        let metrics = &telemetry::metrics().cache;
        metrics.record($cache.store(), CacheOperation::$operation, outcome);
        result
    }};
}

/// The future of a Redis command is large. Boxed, it does not make the future of each caller as large.
fn boxed<'call, T>(call: impl Future<Output = T> + Send + 'call) -> Pin<Box<dyn Future<Output = T> + Send + 'call>> {
    Box::pin(call)
}

/// A value is kept for `ttl`, to the millisecond; one with a `ttl` of zero is gone at once.
impl Cache {
    /// The value under `key`.
    #[tracing::instrument(name = "cache.get", level = "debug", skip_all)]
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        let result = match self {
            Self::Memory(store) => Ok(store.get(key)),
            Self::Redis(store) => boxed(store.get(key)).await,
        };
        let outcome = match &result {
            Ok(Some(_)) => CacheOutcome::Hit,
            Ok(None) => CacheOutcome::Miss,
            Err(error) => error.as_outcome(),
        };
        let metrics = &telemetry::metrics().cache;
        metrics.record(self.store(), CacheOperation::Get, outcome);
        result
    }

    /// Stores `value`, whatever was there.
    #[tracing::instrument(name = "cache.put", level = "debug", skip_all)]
    pub async fn put(&self, key: &str, value: &[u8], ttl: Duration) -> Result<(), CacheError> {
        either!(self, Put, store => store.put(key, value, ttl))
    }

    /// Stores `value` if there is none, and returns `None`; otherwise returns what is there. Atomic.
    #[tracing::instrument(name = "cache.put_if_absent", level = "debug", skip_all)]
    pub async fn put_if_absent(&self, key: &str, value: &[u8], ttl: Duration) -> Result<Option<Vec<u8>>, CacheError> {
        either!(self, PutIfAbsent, store => store.put_if_absent(key, value, ttl))
    }

    /// Stores `value` if what is there equals `expected`, and returns whether it did. Atomic. With `value` equal to
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

    /// Removes what is there if it equals `expected`, and returns whether it did. Atomic.
    #[tracing::instrument(name = "cache.remove_if_equal", level = "debug", skip_all)]
    pub async fn remove_if_equal(&self, key: &str, expected: &[u8]) -> Result<bool, CacheError> {
        either!(self, RemoveIfEqual, store => store.remove_if_equal(key, expected))
    }

    /// Whether the cache takes every kind of command. Writes nothing. Of a cluster one node is asked.
    pub async fn self_test(&self) -> Result<(), CacheError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(store) => store.self_test().await,
        }
    }

    /// The time of the server's clock, since 1970-01-01T00:00:00Z. None: it has none, or does not tell.
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

/// Longest time that a value is kept. Beyond some centuries the stores would overflow.
const LONGEST_TTL: Duration = Duration::from_secs(10 * 365 * 86_400);

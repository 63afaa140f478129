//! The token store: short-lived values under short keys, in Redis or in the memory of this process.
//!
//! Stored values may vanish at any time, and callers must work without them.

mod memory;
mod process;
mod redis;

use std::{pin::Pin, time::Duration};

pub use self::{
    memory::MemoryCache,
    process::ProcessCache,
    redis::{Diagnosis, RedisCache, RedisClientError, RedisPool},
};

use crate::telemetry::{
    self,
    cache::{CacheOperation, CacheOutcome, CacheStore},
};

/// The token store of one account. Clones share the stored values. [`ProcessCache::of_account`] makes it: keys of different
/// accounts never meet.
#[derive(Debug, Clone)]
pub enum Cache {
    /// In the memory of this process.
    Memory(MemoryCache),
    /// In Redis, for any number of processes.
    Redis(RedisCache),
}

/// Why a call to the cache failed.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The cache cannot be reached in time. The outage is logged already. A write may have taken effect.
    #[error("the cache is not available")]
    Unavailable,
    /// Other calls of this process used all connections until the time limit passed. Nothing was sent.
    #[error("too many calls wait for the cache")]
    Overloaded,
    /// The cache responds, but rejects this command, for instance because it is full. Contains the reply without the
    /// command's arguments, which is logged already.
    #[error("the cache refused a command: {0}")]
    Refused(String),
}

impl CacheError {
    /// The label in the metrics.
    const fn as_outcome(&self) -> CacheOutcome {
        match self {
            Self::Overloaded => CacheOutcome::Overloaded,
            Self::Unavailable | Self::Refused(_) => CacheOutcome::Error,
        }
    }
}

/// Sends a call to the deployment's store, and counts it.
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

/// Boxes a Redis command's future, which is large and would make each caller's future as large.
fn boxed<'call, T>(call: impl Future<Output = T> + Send + 'call) -> Pin<Box<dyn Future<Output = T> + Send + 'call>> {
    Box::pin(call)
}

/// A value is kept for `ttl`, with millisecond precision. With a `ttl` of zero it is gone at once.
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

    /// Stores `value`, and replaces what was there.
    #[tracing::instrument(name = "cache.put", level = "debug", skip_all)]
    pub async fn put(&self, key: &str, value: &[u8], ttl: Duration) -> Result<(), CacheError> {
        either!(self, Put, store => store.put(key, value, ttl))
    }

    /// Stores `value` and returns `None` if the key is free, otherwise returns the stored value. Atomic.
    #[tracing::instrument(name = "cache.put_if_absent", level = "debug", skip_all)]
    pub async fn put_if_absent(&self, key: &str, value: &[u8], ttl: Duration) -> Result<Option<Vec<u8>>, CacheError> {
        either!(self, PutIfAbsent, store => store.put_if_absent(key, value, ttl))
    }

    /// Stores `value` if the stored value equals `expected`, and returns whether it did. Atomic. With `value` equal to
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

    /// Removes the value under `key`, if there is one.
    #[tracing::instrument(name = "cache.remove", level = "debug", skip_all)]
    pub async fn remove(&self, key: &str) -> Result<(), CacheError> {
        either!(self, Remove, store => store.remove(key))
    }

    /// Removes the stored value if it equals `expected`, and returns whether it did. Atomic.
    #[tracing::instrument(name = "cache.remove_if_equal", level = "debug", skip_all)]
    pub async fn remove_if_equal(&self, key: &str, expected: &[u8]) -> Result<bool, CacheError> {
        either!(self, RemoveIfEqual, store => store.remove_if_equal(key, expected))
    }

    /// Whether the cache accepts every kind of command for this account's keys. Writes nothing. In a cluster one node is tested.
    pub async fn self_test(&self) -> Result<(), CacheError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(store) => store.self_test().await,
        }
    }

    /// The store's label in the metrics.
    const fn store(&self) -> CacheStore {
        match self {
            Self::Memory(_) => CacheStore::Memory,
            Self::Redis(_) => CacheStore::Redis,
        }
    }
}

/// The longest TTL. The stores would overflow at several centuries.
const LONGEST_TTL: Duration = Duration::from_secs(10 * 365 * 86_400);

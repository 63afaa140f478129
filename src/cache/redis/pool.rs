use std::{fmt, sync::Arc, time::Duration};

use deadpool_redis::redis::{RedisError, Value, cmd, from_redis_value};

use super::{Diagnosis, RedisCache, executor::Executor, self_test, topology::Topology};
use crate::{
    cache::CacheError,
    domain::AppId,
    settings::{CacheSettings, RedisUrl},
};

/// The connections of a process to Redis, which its accounts share. Any thread may use them. A connection is driven by the
/// runtime in which it was made, which must keep running while others use it.
#[derive(Clone)]
pub struct RedisPool {
    executor: Executor,
    key_prefix: Arc<str>,
    kind: Arc<str>,
}

/// A `REDIS_URL` that cannot be used. The text repeats no part of the URL.
#[derive(Debug, thiserror::Error)]
#[error("REDIS_URL cannot be used: {0}")]
pub struct RedisClientError(#[source] RedisError);

impl RedisPool {
    /// Makes no connection yet, so a server that is down is no error.
    ///
    /// # Errors
    /// If the certificates of `cache.ca_file` cannot be used.
    pub fn open(url: &RedisUrl, settings: &CacheSettings) -> Result<Self, RedisClientError> {
        let topology = Topology::new(url, settings).map_err(RedisClientError)?;
        let executor = Executor::new(topology, settings.pool_size.get(), settings.timeout).map_err(RedisClientError)?;
        Ok(Self {
            executor,
            key_prefix: settings.key_prefix.as_str().into(),
            kind: url.to_string().into(),
        })
    }

    /// The part of Redis that one account sees.
    pub fn of_account(&self, app_id: &AppId) -> RedisCache {
        RedisCache::new(self.executor.clone(), key_space(&self.key_prefix, app_id))
    }

    /// Sends each kind of command that an account needs over one connection. Writes nothing.
    ///
    /// # Errors
    /// The fault, as exactly as it can be found out.
    pub async fn diagnose(url: &RedisUrl, settings: &CacheSettings, app_id: &AppId) -> Result<(), Diagnosis> {
        self_test::diagnose(url, settings, &key_space(&settings.key_prefix, app_id)).await
    }

    /// Redis's time since 1970-01-01T00:00:00Z. In a cluster, that of any node.
    ///
    /// # Errors
    /// [`CacheError`] if it does not respond.
    pub async fn server_time(&self) -> Result<Option<Duration>, CacheError> {
        match self.executor.execute::<(u64, u32)>(&cmd("TIME")).await {
            Ok((seconds, micros)) => Ok(Some(
                Duration::from_secs(seconds).saturating_add(Duration::from_micros(micros.into())),
            )),
            // Only the comparison of clocks needs this command.
            Err(CacheError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The kind of server and its version.
    ///
    /// # Errors
    /// [`CacheError`] if it does not respond.
    pub async fn describe(&self) -> Result<String, CacheError> {
        let text = match self.executor.execute(cmd("INFO").arg("server")).await {
            // A cluster returns one response per node.
            Ok(Value::Map(nodes)) => nodes.into_iter().next().map_or(Value::Nil, |(_, text)| text),
            Ok(text) => text,
            // Only this text needs the command.
            Err(CacheError::Refused(_)) => Value::Nil,
            Err(error) => return Err(error),
        };
        let text: String = from_redis_value(text).unwrap_or_default();
        let version = text.lines().find_map(|line| line.strip_prefix("redis_version:"));
        Ok(format!(
            "{} {}",
            self.kind,
            version.unwrap_or("of unknown version").trim()
        ))
    }
}

/// What every key of an account begins with.
fn key_space(key_prefix: &str, app_id: &AppId) -> String {
    format!("{key_prefix}:{app_id}:")
}

impl fmt::Debug for RedisPool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RedisPool")
    }
}

mod client_options;
mod connection;
mod connector;
mod diagnosis;
mod executor;
mod failure;
mod pool;
mod port_probe;
mod rejected_commands;
mod rejection;
mod scripts;
mod self_test;
mod sentinel;
mod topology;

use std::{fmt, sync::Arc, time::Duration};

use deadpool_redis::redis::{Cmd, FromRedisValue, Value, cmd};

pub use self::{
    diagnosis::Diagnosis,
    pool::{RedisClientError, RedisPool},
};
use self::{
    executor::Executor,
    rejected_commands::RejectedCommands,
    scripts::{PUT_IF_ABSENT, PUT_IF_EQUAL, REMOVE_IF_EQUAL},
};
use super::{CacheError, LONGEST_TTL};

/// The values of one account in Redis, under keys that begin with `{key_prefix}:{app_id}:`. [`RedisPool::of_account`] makes
/// it.
#[derive(Clone)]
pub struct RedisCache {
    executor: Executor,
    /// Of this account, because a user of Redis may be allowed the keys of one and not those of another.
    rejected: Arc<RejectedCommands>,
    prefix: Arc<str>,
}

impl RedisCache {
    fn new(executor: Executor, prefix: String) -> Self {
        Self {
            executor,
            rejected: Arc::default(),
            prefix: prefix.into(),
        }
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        self.send(cmd("GET").arg(self.key(key))).await
    }

    pub(super) async fn put(&self, key: &str, value: &[u8], ttl: Duration) -> Result<(), CacheError> {
        match milliseconds(ttl) {
            0 => self.remove(key).await,
            px => {
                self.send(cmd("SET").arg(self.key(key)).arg(value).arg("PX").arg(px))
                    .await
            }
        }
    }

    pub(super) async fn put_if_absent(
        &self,
        key: &str,
        value: &[u8],
        ttl: Duration,
    ) -> Result<Option<Vec<u8>>, CacheError> {
        match milliseconds(ttl) {
            0 => self.get(key).await,
            px => self.send(self.script(PUT_IF_ABSENT, key).arg(value).arg(px)).await,
        }
    }

    pub(super) async fn put_if_equal(
        &self,
        key: &str,
        expected: &[u8],
        value: &[u8],
        ttl: Duration,
    ) -> Result<bool, CacheError> {
        match milliseconds(ttl) {
            0 => self.remove_if_equal(key, expected).await,
            px => {
                self.send(self.script(PUT_IF_EQUAL, key).arg(expected).arg(value).arg(px))
                    .await
            }
        }
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), CacheError> {
        self.send(cmd("DEL").arg(self.key(key))).await
    }

    pub(super) async fn remove_if_equal(&self, key: &str, expected: &[u8]) -> Result<bool, CacheError> {
        self.send(self.script(REMOVE_IF_EQUAL, key).arg(expected)).await
    }

    /// Sends one command of each kind, none of which changes anything.
    pub(super) async fn self_test(&self) -> Result<(), CacheError> {
        for command in self_test::commands(&self.prefix) {
            self.send::<Value>(&command).await?;
        }
        self.rejected.end();
        Ok(())
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn script(&self, script: &str, key: &str) -> Cmd {
        let mut command = cmd("EVAL");
        command.arg(script).arg(1).arg(self.key(key));
        command
    }

    /// Sends one command that the application needs, and logs if it is rejected.
    async fn send<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, CacheError> {
        let response = self.executor.execute(command).await;
        match &response {
            Ok(_) if self.rejected.begin_self_test() => self.spawn_self_test(),
            Err(CacheError::Refused(reply)) => self.rejected.record(reply),
            _ => {}
        }
        response
    }

    /// Runs a self-test in the background, which logs its result.
    fn spawn_self_test(&self) {
        let cache = self.clone();
        tokio::spawn(async move { cache.self_test().await });
    }
}

/// Rounded up, because Redis rejects a TTL of zero.
fn milliseconds(ttl: Duration) -> u64 {
    u64::try_from(ttl.min(LONGEST_TTL).as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

impl fmt::Debug for RedisCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RedisCache")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ttl_is_rounded_up_to_milliseconds_and_has_an_end() {
        assert_eq!(milliseconds(Duration::ZERO), 0);
        assert_eq!(milliseconds(Duration::from_nanos(1)), 1);
        assert_eq!(milliseconds(Duration::from_secs(2)), 2000);
        assert_eq!(milliseconds(Duration::MAX), milliseconds(LONGEST_TTL));
    }
}

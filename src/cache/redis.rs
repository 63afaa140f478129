use std::{fmt, sync::Arc, time::Duration};

use deadpool::managed::{Pool, PoolError};
use deadpool_redis::{
    Manager,
    redis::{AsyncConnectionConfig, Cmd, ErrorKind, FromRedisValue, RedisError, ServerErrorKind, cmd},
};
use secrecy::{ExposeSecret, SecretString};

use super::{CacheError, LONGEST_TTL, breaker::Breaker, connector::Connector};
use crate::{domain::AppId, settings::CacheSettings};

/// Each script touches one key, so that it also runs on a cluster, and is sent whole: one round trip, whether or not
/// the server has seen it before.
const PUT_IF_ABSENT: &str = "local there = redis.call('GET', KEYS[1]) if there then return there end \
                             redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return false";
const PUT_IF_EQUAL: &str = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
                            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1";
const REMOVE_IF_EQUAL: &str = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
                               redis.call('DEL', KEYS[1]) return 1";

/// Values in Redis, under keys that begin with `{key_prefix}:{app_id}:`. Any thread may use it, but the runtime in which
/// a connection was made drives it, and must go on running as long as the others.
#[derive(Clone)]
pub struct RedisCache {
    pool: Pool<Connector<Manager>>,
    breaker: Arc<Breaker>,
    prefix: Arc<str>,
    timeout: Duration,
}

/// A `REDIS_URL` that cannot be used. The text never repeats the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("REDIS_URL {0}")]
pub struct RedisUrlError(&'static str);

impl RedisCache {
    /// Checks the URL and connects to nothing: a server that is down is no error yet.
    ///
    /// # Errors
    /// If the URL is malformed or asks for TLS, which is not supported yet.
    pub fn open(url: &SecretString, settings: &CacheSettings, app_id: &AppId) -> Result<Self, RedisUrlError> {
        let url = url.expose_secret();
        match url.split_once(':').map_or("", |(scheme, _)| scheme) {
            "redis" | "unix" | "redis+unix" => {}
            "rediss" => return Err(RedisUrlError("asks for TLS (rediss://), which is not supported yet")),
            _ => return Err(RedisUrlError("must begin with redis:// or unix://")),
        }
        // The limit of the whole call comes first; these end what is left of a call that was given up.
        let limits = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(settings.timeout))
            .set_response_timeout(Some(settings.timeout));
        let malformed = RedisUrlError("is malformed: write redis://user:password@host:port/number");
        let manager = Manager::new_with_config(url, limits).map_err(|_| malformed)?;
        let pool = Pool::builder(Connector(manager)).max_size(settings.pool_size.get());
        Ok(Self {
            pool: pool.build().map_err(|_| malformed)?,
            breaker: Arc::default(),
            prefix: format!("{}:{app_id}:", settings.key_prefix).into(),
            timeout: settings.timeout,
        })
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

    pub(super) async fn ping(&self) -> Result<(), CacheError> {
        self.send(&cmd("PING")).await
    }

    pub(super) async fn version(&self) -> Result<String, CacheError> {
        let text: String = self.send(cmd("INFO").arg("server")).await?;
        let version = text.lines().find_map(|line| line.strip_prefix("redis_version:"));
        Ok(version.unwrap_or("of unknown version").trim().to_owned())
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn script(&self, script: &str, key: &str) -> Cmd {
        let mut command = cmd("EVAL");
        command.arg(script).arg(1).arg(self.key(key));
        command
    }

    /// Sends one command. Waiting for a connection, connecting and the command share one time limit.
    async fn send<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, CacheError> {
        let admission = self.breaker.admit().ok_or(CacheError::Unavailable)?;
        let work = async {
            let mut connection = self.pool.get().await?;
            Ok(command.query_async(&mut *connection).await?)
        };
        let outcome: Result<T, PoolError<RedisError>> = match tokio::time::timeout(self.timeout, work).await {
            Ok(outcome) => outcome,
            Err(_) => {
                admission.failed("no answer in time");
                return Err(CacheError::Unavailable);
            }
        };
        match outcome {
            Ok(answer) => {
                admission.succeeded();
                Ok(answer)
            }
            Err(PoolError::Backend(error)) if concerns_the_command_only(&error) => {
                admission.succeeded();
                Err(CacheError::Refused(error))
            }
            Err(error) => {
                admission.failed(&error.to_string());
                Err(CacheError::Unavailable)
            }
        }
    }
}

/// Whether the server works and only refuses this command: `OOM`, `WRONGTYPE` and the like.
fn concerns_the_command_only(error: &RedisError) -> bool {
    match error.kind() {
        ErrorKind::Extension => error.code() != Some("NOAUTH"),
        ErrorKind::UnexpectedReturnType => true,
        ErrorKind::Server(kind) => {
            matches!(
                kind,
                ServerErrorKind::ResponseError | ServerErrorKind::NoPerm | ServerErrorKind::CrossSlot
            )
        }
        _ => false,
    }
}

/// Rounded up, for Redis refuses a life of zero.
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
    use std::num::NonZeroUsize;

    use super::*;

    fn open(url: &str) -> Result<RedisCache, RedisUrlError> {
        let settings = CacheSettings {
            key_prefix: "fanpass".to_owned(),
            pool_size: NonZeroUsize::MIN,
            timeout: Duration::from_millis(100),
        };
        RedisCache::open(&url.into(), &settings, &AppId::parse("wx0000000000000000").unwrap())
    }

    #[test]
    fn a_url_that_cannot_be_used_is_refused_without_repeating_it() {
        for wrong in [
            "",
            "made-up",
            "http://127.0.0.1",
            "rediss://:made-up@127.0.0.1",
            "redis://:made-up@127.0.0.1:port",
        ] {
            let error = open(wrong).unwrap_err().to_string();
            assert!(!error.contains("made-up"), "{error}");
        }
        assert!(open("rediss://127.0.0.1").unwrap_err().to_string().contains("TLS"));
        assert!(open("redis://:made-up@127.0.0.1:1/2").is_ok());
    }

    #[test]
    fn a_life_is_rounded_up_to_milliseconds_and_has_an_end() {
        assert_eq!(milliseconds(Duration::ZERO), 0);
        assert_eq!(milliseconds(Duration::from_nanos(1)), 1);
        assert_eq!(milliseconds(Duration::from_secs(2)), 2000);
        assert_eq!(milliseconds(Duration::MAX), milliseconds(LONGEST_TTL));
    }
}

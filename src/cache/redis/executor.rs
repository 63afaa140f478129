use std::{sync::Arc, time::Duration};

use deadpool::managed::{Object, Pool, PoolError};
use deadpool_redis::redis::{Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult};

use super::{
    connector::Connector,
    diagnosis::Diagnosis,
    failure::{Failure, FailureKind},
    topology::Topology,
};
use crate::{
    cache::CacheError,
    domain::Deadline,
    resilience::{Admission, BreakerPolicy, CircuitBreaker, ConcurrencyLimit, OutageLog},
};

/// After Redis went down no command is sent for this long. Then a single command tries again.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends commands, each over a pooled connection and within a time limit. While Redis is down none are sent.
#[derive(Clone)]
pub struct Executor {
    pool: Pool<Connector>,
    /// As many permits as the pool has connections, so that a caller with a permit waits only for Redis, not for other
    /// callers.
    limit: ConcurrencyLimit,
    breaker: CircuitBreaker,
    outage: Arc<OutageLog>,
    timeout: Duration,
}

impl Executor {
    /// Makes no connection yet. Each command may take `timeout`.
    pub fn new(topology: Topology, connections: usize, timeout: Duration) -> RedisResult<Self> {
        let pool = Pool::builder(Connector::new(topology)).max_size(connections);
        let impossible = |_| RedisError::from((ErrorKind::InvalidClientConfig, "no pool of connections"));
        Ok(Self {
            pool: pool.build().map_err(impossible)?,
            limit: ConcurrencyLimit::with_unlimited_queue(connections),
            // While the breaker is open the replicas do not see each other's claims, so a short pause of Redis must not open
            // it. A response to a command from before an outage does not show that the outage is over.
            breaker: CircuitBreaker::new(BreakerPolicy {
                pause: PAUSE,
                tolerated_silence: Some(timeout),
                any_response_closes: false,
            }),
            outage: Arc::new(OutageLog::with_quiet_after_end()),
            timeout,
        })
    }

    /// Sends one command. Waiting for a connection, connecting and the command share the time limit.
    pub async fn execute<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, CacheError> {
        let admission = self.breaker.admit().ok_or(CacheError::Unavailable)?;
        let deadline = Deadline::after(self.timeout);
        // A wait for other callers of this process shows nothing about Redis.
        let Ok(_permit) = self.limit.acquire(deadline).await else {
            return Err(CacheError::Overloaded);
        };
        if deadline.has_passed() {
            return Err(CacheError::Overloaded);
        }
        match self.attempt(command, deadline).await {
            Ok(response) => {
                self.record_response(admission);
                Ok(response)
            }
            Err(failure) => Err(self.judge(admission, &failure)),
        }
    }

    async fn attempt<T: FromRedisValue>(&self, command: &Cmd, deadline: Deadline) -> Result<T, Failure> {
        let connected = deadline.run(self.pool.get()).await.map_err(|_| Failure::NoAnswer)?;
        let mut connection = connected.map_err(|error| match error {
            PoolError::Backend(error) => Failure::Connecting(error),
            other => Failure::Connecting((ErrorKind::Client, "no connection", other.to_string()).into()),
        })?;
        let failure = match deadline.run(command.query_async(&mut connection.connection)).await {
            Ok(Ok(response)) => return Ok(response),
            Ok(Err(error)) => Failure::Sending(error),
            Err(_) => Failure::NoAnswer,
        };
        // It is unknown whether the other end of a silent connection still exists.
        if !matches!(failure.kind(), FailureKind::Refused(_)) {
            drop(Object::take(connection));
        }
        Err(failure)
    }

    fn judge(&self, admission: Admission, failure: &Failure) -> CacheError {
        let (is_outage, loses_connections) = match failure.kind() {
            FailureKind::Refused(reply) => {
                self.record_response(admission);
                return CacheError::Refused(reply);
            }
            // This is no outage. Rejected commands are logged by `RejectedCommands`.
            FailureKind::AllRefused(reply) => {
                admission.failed();
                self.lose_connections();
                return CacheError::Refused(reply);
            }
            FailureKind::Silence => {
                let is_outage = admission.timed_out();
                (is_outage, is_outage)
            }
            FailureKind::Broken => (admission.timed_out(), true),
            FailureKind::Down => {
                admission.failed();
                (true, true)
            }
        };
        if is_outage && self.outage.record_failure() {
            tracing::warn!(
                cache.error = describe(failure),
                "the cache is down; going on without it"
            );
        }
        if loses_connections {
            self.lose_connections();
        }
        CacheError::Unavailable
    }

    fn record_response(&self, admission: Admission) {
        if admission.responded() && self.outage.record_success().is_some() {
            tracing::info!("the cache is back");
        }
    }

    fn topology(&self) -> &Topology {
        self.pool.manager().topology()
    }

    fn lose_connections(&self) {
        if self.topology().loses_all_at_once() {
            self.pool.retain(|_, _| false);
        }
    }
}

/// The same text as in `fanpass check`.
fn describe(failure: &Failure) -> String {
    match failure {
        Failure::NoAnswer => Diagnosis::NoAnswer.to_string(),
        Failure::Connecting(error) | Failure::Sending(error) => Diagnosis::of(error).to_string(),
    }
}

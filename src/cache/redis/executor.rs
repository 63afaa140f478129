use std::{sync::Arc, time::Duration};

use deadpool::managed::{Object, Pool, PoolError};
use deadpool_redis::redis::{Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult};
use tokio::sync::Semaphore;

use super::{
    breaker::{Admission, Breaker},
    connector::Connector,
    diagnosis::Diagnosis,
    failure::{Failure, FailureKind},
    topology::Topology,
};
use crate::{cache::CacheError, domain::Deadline};

/// Sends commands, each over a pooled connection and within a time limit, and keeps them away from a Redis that is down.
#[derive(Clone)]
pub struct Executor {
    pool: Pool<Connector>,
    /// One for each connection of the pool: whoever has one need not wait for another caller, only for Redis.
    permits: Arc<Semaphore>,
    breaker: Arc<Breaker>,
    timeout: Duration,
}

impl Executor {
    /// Connects as `topology` says, to nothing yet. Each command may take as long as `timeout`.
    pub fn new(topology: Topology, connections: usize, timeout: Duration) -> RedisResult<Self> {
        let pool = Pool::builder(Connector::new(topology)).max_size(connections);
        let impossible = |_| RedisError::from((ErrorKind::InvalidClientConfig, "no pool of connections"));
        Ok(Self {
            pool: pool.build().map_err(impossible)?,
            permits: Arc::new(Semaphore::new(connections)),
            breaker: Arc::new(Breaker::new(timeout)),
            timeout,
        })
    }

    /// Sends one command. Waiting for a connection, connecting and the command share the time limit.
    pub async fn execute<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, CacheError> {
        let admission = self.breaker.admit().ok_or(CacheError::Unavailable)?;
        let deadline = Deadline::after(self.timeout);
        // That others of this process were first says nothing about Redis.
        let Ok(Ok(_permit)) = deadline.run(self.permits.acquire()).await else {
            return Err(CacheError::Overloaded);
        };
        if deadline.has_passed() {
            return Err(CacheError::Overloaded);
        }
        match self.attempt(command, deadline).await {
            Ok(answer) => {
                admission.succeeded();
                Ok(answer)
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
        let failure = match deadline.run(command.query_async(&mut connection.link)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => Failure::Asking(error),
            Err(_) => Failure::NoAnswer,
        };
        // Of a connection that stays silent nobody knows what is at its other end.
        if !matches!(failure.kind(), FailureKind::Refused(_)) {
            drop(Object::take(connection));
        }
        Err(failure)
    }

    fn judge(&self, admission: Admission<'_>, failure: &Failure) -> CacheError {
        match failure.kind() {
            FailureKind::Refused(said) => {
                admission.succeeded();
                return CacheError::Refused(said);
            }
            FailureKind::AllRefused(said) => {
                admission.pause();
                self.lose_connections();
                return CacheError::Refused(said);
            }
            FailureKind::Silence => {
                if admission.unanswered(&reason(failure)) {
                    self.lose_connections();
                }
            }
            FailureKind::Broken => {
                admission.unanswered(&reason(failure));
                self.lose_connections();
            }
            FailureKind::Down => {
                admission.failed(&reason(failure));
                self.lose_connections();
            }
        }
        CacheError::Unavailable
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

/// For the log, in the words of `fanpass check`.
fn reason(failure: &Failure) -> String {
    match failure {
        Failure::NoAnswer => Diagnosis::NoAnswer.to_string(),
        Failure::Connecting(error) | Failure::Asking(error) => Diagnosis::of(error).to_string(),
    }
}

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use deadpool::managed::{Manager, Metrics, RecycleResult};
use deadpool_redis::redis::{ErrorKind, RedisError, RedisResult};
use tokio::sync::oneshot;

use super::{
    connection::RedisConnection,
    topology::{self, Topology},
};
use crate::domain::Deadline;

/// A connection that was last used less than this long ago is not tested before its next use.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// Connecting is given up after this time.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How long a connection is kept whose caller stopped waiting before it was made.
const UNCLAIMED_FOR: Duration = Duration::from_secs(5);

/// Makes and tests connections for deadpool.
///
/// Connecting may take longer than a caller can wait, because sentinels or all nodes of a cluster are asked. It continues
/// without the caller, and the next caller finds the connection ready.
///
/// Only idle connections are tested. deadpool-redis tests before each use, which adds a round trip to each command. A lost
/// busy connection fails at its next command, and the pause of the circuit breaker is long enough that all others count as
/// idle before they are used again.
#[derive(Debug)]
pub struct Connector {
    topology: Arc<Topology>,
    unclaimed: Arc<Unclaimed>,
}

impl Connector {
    /// Makes no connection yet.
    pub fn new(topology: Topology) -> Self {
        Self {
            topology: Arc::new(topology),
            unclaimed: Arc::default(),
        }
    }

    /// The servers that it connects to.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }
}

/// A connection, and until when it is trusted without a test.
pub struct PooledConnection {
    /// The connection for commands.
    pub connection: RedisConnection,
    /// After this it counts as idle. Deadpool also records the last use, but with a clock that tests cannot move.
    idle_from: Deadline,
}

impl PooledConnection {
    fn new(connection: RedisConnection) -> Self {
        Self {
            connection,
            idle_from: Deadline::after(TRUSTED_FOR),
        }
    }
}

impl Manager for Connector {
    type Type = PooledConnection;
    type Error = RedisError;

    async fn create(&self) -> RedisResult<PooledConnection> {
        if let Some(connection) = self.unclaimed.take() {
            return Ok(PooledConnection::new(connection));
        }
        let (topology, unclaimed) = (Arc::clone(&self.topology), Arc::clone(&self.unclaimed));
        let (sender, receiver) = oneshot::channel();
        tokio::spawn(async move {
            let connected = tokio::time::timeout(CONNECT_LIMIT, topology.connect()).await;
            let connected = connected.unwrap_or_else(|_| Err((ErrorKind::Io, "connecting took too long").into()));
            if let Err(Ok(connection)) = sender.send(connected) {
                unclaimed.keep(connection);
            }
        });
        let ended = |_| RedisError::from((ErrorKind::Io, "connecting was given up"));
        receiver.await.map_err(ended)?.map(PooledConnection::new)
    }

    async fn recycle(&self, pooled: &mut PooledConnection, _: &Metrics) -> RecycleResult<RedisError> {
        if pooled.idle_from.has_passed() {
            topology::test(&mut pooled.connection).await?;
        }
        pooled.idle_from = Deadline::after(TRUSTED_FOR);
        Ok(())
    }
}

/// Connections whose callers stopped waiting before they were made.
#[derive(Default)]
struct Unclaimed(Mutex<Vec<(RedisConnection, Deadline)>>);

impl Unclaimed {
    fn keep(&self, connection: RedisConnection) {
        self.lock().push((connection, Deadline::after(UNCLAIMED_FOR)));
    }

    fn take(&self) -> Option<RedisConnection> {
        let mut connections = self.lock();
        connections.retain(|(_, until)| !until.has_passed());
        connections.pop().map(|(connection, _)| connection)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(RedisConnection, Deadline)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Unclaimed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Unclaimed")
    }
}

use std::{
    sync::{Arc, Mutex, PoisonError},
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

/// A connection that was handed out more recently than this is handed out untested.
const RESTED: Duration = Duration::from_secs(1);
/// Connecting is given up after this time.
const CONNECTING: Duration = Duration::from_secs(5);
/// A connection for which nobody waited any longer is kept this long.
const KEPT: Duration = Duration::from_secs(5);

/// Makes and tests connections for deadpool.
///
/// Connecting may take longer than a caller can wait: sentinels are asked, or all nodes of a cluster. It goes on
/// without the caller, and the next one finds the connection made.
///
/// Only connections that have rested are tested. deadpool-redis tests before each use, which is a round trip more per
/// command; a connection that is busy shows its loss with its next command just as well, and the breaker's pause sees
/// to it that all others have rested before they are used again.
#[derive(Debug)]
pub struct Connector {
    topology: Arc<Topology>,
    late: Arc<Late>,
}

impl Connector {
    /// Connects as `topology` says.
    pub fn new(topology: Topology) -> Self {
        Self {
            topology: Arc::new(topology),
            late: Arc::default(),
        }
    }

    /// How it connects.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }
}

/// A connection of the pool.
pub struct Pooled {
    /// The connection itself.
    pub link: RedisConnection,
    /// From then on it has rested. Deadpool tells too when a connection was last used, by a clock that no test can move.
    rested: Deadline,
}

impl Pooled {
    fn new(link: RedisConnection) -> Self {
        Self {
            link,
            rested: Deadline::after(RESTED),
        }
    }
}

impl Manager for Connector {
    type Type = Pooled;
    type Error = RedisError;

    async fn create(&self) -> RedisResult<Pooled> {
        if let Some(link) = self.late.take() {
            return Ok(Pooled::new(link));
        }
        let (topology, late) = (Arc::clone(&self.topology), Arc::clone(&self.late));
        let (sender, receiver) = oneshot::channel();
        tokio::spawn(async move {
            let connected = tokio::time::timeout(CONNECTING, topology.connect()).await;
            let connected = connected.unwrap_or_else(|_| Err((ErrorKind::Io, "connecting took too long").into()));
            if let Err(Ok(link)) = sender.send(connected) {
                late.keep(link);
            }
        });
        let ended = |_| RedisError::from((ErrorKind::Io, "connecting was given up"));
        receiver.await.map_err(ended)?.map(Pooled::new)
    }

    async fn recycle(&self, pooled: &mut Pooled, _: &Metrics) -> RecycleResult<RedisError> {
        if pooled.rested.has_passed() {
            topology::test(&mut pooled.link).await?;
        }
        pooled.rested = Deadline::after(RESTED);
        Ok(())
    }
}

/// Connections for which nobody waited any longer when they were made.
#[derive(Default)]
struct Late(Mutex<Vec<(RedisConnection, Deadline)>>);

impl Late {
    fn keep(&self, link: RedisConnection) {
        self.lock().push((link, Deadline::after(KEPT)));
    }

    fn take(&self) -> Option<RedisConnection> {
        let mut links = self.lock();
        links.retain(|(_, until)| !until.has_passed());
        links.pop().map(|(link, _)| link)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(RedisConnection, Deadline)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Late {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Late")
    }
}

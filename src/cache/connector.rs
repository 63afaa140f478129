use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleResult};

/// A connection that was used more recently than this is handed out untested.
const RESTED: Duration = Duration::from_secs(1);

/// A deadpool manager that tests only connections that have rested. deadpool-redis tests before each use, which is a
/// round trip more per command; a connection that is busy shows its loss with its next command just as well, and the
/// breaker's pause sees to it that all others have rested before they are used again.
#[derive(Debug)]
pub struct Connector<M>(pub M);

impl<M: Manager> Manager for Connector<M> {
    type Type = M::Type;
    type Error = M::Error;

    async fn create(&self) -> Result<M::Type, M::Error> {
        self.0.create().await
    }

    async fn recycle(&self, connection: &mut M::Type, metrics: &Metrics) -> RecycleResult<M::Error> {
        if metrics.last_used() < RESTED {
            return Ok(());
        }
        self.0.recycle(connection, metrics).await
    }

    fn detach(&self, connection: &mut M::Type) {
        self.0.detach(connection);
    }
}

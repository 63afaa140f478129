//! Whether this process serves, and whether its dependencies are up.

mod check;

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use futures_util::future::join_all;

pub use check::{Finding, HealthCheck};

use crate::{repositories::Database, telemetry};

/// Whether this process starts, serves or stops. Clones share it.
#[derive(Clone, Default)]
pub struct Lifecycle {
    shared: Arc<State>,
}

#[derive(Default)]
struct State {
    health: OnceLock<Health>,
    is_stopping: AtomicBool,
}

/// Where this process is between its start and its end.
pub enum Phase<'a> {
    /// It is not ready yet: migrations may be running.
    Starting,
    /// It serves requests.
    Serving(&'a Health),
    /// It has received a signal, and finishes the requests in flight.
    Stopping,
}

impl Lifecycle {
    /// The process serves from now on, unless it is stopping already.
    pub fn serve(&self, health: Health) {
        // Only the first call sets it.
        drop(self.shared.health.set(health));
    }

    /// The process stops from now on.
    pub fn stop(&self) {
        self.shared.is_stopping.store(true, Ordering::Relaxed);
    }

    /// The phase at this moment.
    pub fn phase(&self) -> Phase<'_> {
        match self.shared.health.get() {
            _ if self.shared.is_stopping.load(Ordering::Relaxed) => Phase::Stopping,
            Some(health) => Phase::Serving(health),
            None => Phase::Starting,
        }
    }
}

/// Checks what this process depends on: one list of named checks, to which each room adds its own.
#[derive(Clone)]
pub struct Health {
    database: Database,
    checks: Arc<[HealthCheck]>,
}

impl Health {
    /// The `checks` of this process, in the order of the report. Checks nothing before [`Self::check`].
    pub fn new(database: Database, checks: Vec<HealthCheck>) -> Self {
        Self {
            database,
            checks: checks.into(),
        }
    }

    /// Runs every check at the same time. Returns what each found under its name; None if nothing is known yet.
    pub async fn check(&self) -> Vec<(&'static str, Option<Finding>)> {
        let checks = self.checks.iter().map(async |check| (check.name, check.run().await));
        join_all(checks).await
    }

    /// All metrics, with the dependencies' states and the pool's use as they are now.
    pub async fn metrics(&self) -> String {
        self.check().await;
        let metrics = telemetry::metrics();
        metrics.database.set_pool_use(self.database.pool_use());
        metrics.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_starts_and_stops() {
        let lifecycle = Lifecycle::default();
        assert!(matches!(lifecycle.phase(), Phase::Starting));
        lifecycle.clone().stop();
        assert!(matches!(lifecycle.phase(), Phase::Stopping));
    }
}

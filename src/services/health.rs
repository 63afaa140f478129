//! Whether this process serves, and whether its dependencies are up.

use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{
    cache::Cache,
    clients::wechat::PlatformHealth,
    domain::{Clock, Deadline, Timestamp},
    repositories::Database,
    telemetry::{self, Stopwatch, dependencies::Dependency},
};

/// A health check returns within this time, even if a dependency hangs.
const LIMIT: Duration = Duration::from_millis(1500);

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

/// Checks the database and the cache, and remembers since when each has been up or down.
#[derive(Clone)]
pub struct Health {
    database: Database,
    cache: Cache,
    platform: PlatformHealth,
    clock: Clock,
    since: Arc<Mutex<Since>>,
}

#[derive(Default)]
struct Since {
    database: Option<(bool, Timestamp)>,
    cache: Option<(bool, Timestamp)>,
}

/// One round of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Found by a query that also notices a server that takes no writes.
    pub database: Finding,
    /// Found by its self-test.
    pub cache: Finding,
    /// Known from the last real call. None before the first.
    pub platform: Option<Finding>,
}

/// The state of one dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Whether the check or call succeeded.
    pub is_up: bool,
    /// How long the check or call took.
    pub took: Duration,
    /// When the check or call was made.
    pub at: Timestamp,
    /// Since when it has been up or down, as far as the checks can tell.
    pub since: Timestamp,
}

impl Health {
    /// Checks nothing before [`Self::check`].
    pub fn new(database: Database, cache: Cache, platform: PlatformHealth, clock: Clock) -> Self {
        Self {
            database,
            cache,
            platform,
            clock,
            since: Arc::default(),
        }
    }

    /// Checks the database and the cache at the same time. The platform is judged by its last real call.
    pub async fn check(&self) -> Report {
        let deadline = Deadline::after(LIMIT);
        let ask_database = async { matches!(deadline.run(self.database.probe()).await, Ok(Ok(()))) };
        let ask_cache = async { matches!(deadline.run(self.cache.self_test()).await, Ok(Ok(()))) };
        let (database, cache) = tokio::join!(timed(ask_database), timed(ask_cache));
        let now = self.clock.now();
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let report = Report {
            database: finding(database, now, &mut since.database),
            cache: finding(cache, now, &mut since.cache),
            platform: self.platform.last().map(|call| Finding {
                is_up: call.fault.is_none(),
                took: call.took,
                at: call.at,
                since: call.since,
            }),
        };
        report.count();
        report
    }

    /// All metrics, with the dependencies' states and the pool's use as they are now.
    pub async fn metrics(&self) -> String {
        self.check().await;
        let metrics = telemetry::metrics();
        metrics.database.set_pool_use(self.database.pool_use());
        metrics.render()
    }
}

impl Report {
    fn count(&self) {
        let parts = [
            (Dependency::Database, Some(self.database)),
            (Dependency::Cache, Some(self.cache)),
            (Dependency::Platform, self.platform),
        ];
        for (dependency, finding) in parts {
            if let Some(finding) = finding {
                telemetry::metrics().dependencies.set_up(dependency, finding.is_up);
            }
        }
    }
}

async fn timed(check: impl Future<Output = bool>) -> (bool, Duration) {
    let begun = Stopwatch::start();
    let is_up = check.await;
    (is_up, begun.elapsed())
}

fn finding((is_up, took): (bool, Duration), at: Timestamp, known: &mut Option<(bool, Timestamp)>) -> Finding {
    let since = match *known {
        Some((before, since)) if before == is_up => since,
        _ => at,
    };
    *known = Some((is_up, since));
    Finding { is_up, took, at, since }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_counts_from_when_it_was_first_seen() {
        let mut known = None;
        let mut since = |is_up, second| {
            let at = Timestamp::from_unix_seconds(second);
            finding((is_up, Duration::ZERO), at, &mut known).since.unix_seconds()
        };
        assert_eq!((since(true, 10), since(true, 20)), (10, 10));
        assert_eq!((since(false, 30), since(false, 40)), (30, 30));
        assert_eq!(since(true, 50), 50);
    }

    #[test]
    fn a_process_starts_and_stops() {
        let lifecycle = Lifecycle::default();
        assert!(matches!(lifecycle.phase(), Phase::Starting));
        lifecycle.clone().stop();
        assert!(matches!(lifecycle.phase(), Phase::Stopping));
    }
}

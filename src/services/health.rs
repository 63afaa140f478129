//! Whether this process serves, and whether what it leans on answers.

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

/// A probe gets its answer within this, whatever hangs.
const LIMIT: Duration = Duration::from_millis(1500);

/// Where this process is in its life. Clones share it.
#[derive(Clone, Default)]
pub struct Lifecycle {
    shared: Arc<Life>,
}

#[derive(Default)]
struct Life {
    health: OnceLock<Health>,
    is_stopping: AtomicBool,
}

/// Where a process is in its life.
pub enum Phase<'a> {
    /// It is not put together yet: migrations may run.
    Starting,
    /// It serves.
    Serving(&'a Health),
    /// A signal came: it finishes what it has begun.
    Stopping,
}

impl Lifecycle {
    /// The process serves from now on, unless it is stopping already.
    pub fn serve(&self, health: Health) {
        // Whoever was first serves; there is no second time.
        drop(self.shared.health.set(health));
    }

    /// The process stops from now on.
    pub fn stop(&self) {
        self.shared.is_stopping.store(true, Ordering::Relaxed);
    }

    /// The present phase.
    pub fn phase(&self) -> Phase<'_> {
        match self.shared.health.get() {
            _ if self.shared.is_stopping.load(Ordering::Relaxed) => Phase::Stopping,
            Some(health) => Phase::Serving(health),
            None => Phase::Starting,
        }
    }
}

/// Asks the database and the cache, and remembers since when they answer or do not.
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

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The database.
    pub database: Finding,
    /// The cache.
    pub cache: Finding,
    /// The platform, by the last real call; none before the first.
    pub platform: Option<Finding>,
}

/// What was found of one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Whether it does what it is asked.
    pub is_up: bool,
    /// How long it took.
    pub took: Duration,
    /// When it was asked.
    pub at: Timestamp,
    /// Since when it has answered, or has not, as far as anybody asked.
    pub since: Timestamp,
}

impl Health {
    /// The health of these.
    pub fn new(database: Database, cache: Cache, platform: PlatformHealth, clock: Clock) -> Self {
        Self {
            database,
            cache,
            platform,
            clock,
            since: Arc::default(),
        }
    }

    /// Asks the database and the cache, both at once; the platform is judged by the last real call.
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
            platform: self.platform.last().map(|beat| Finding {
                is_up: beat.fault.is_none(),
                took: beat.took,
                at: beat.at,
                since: beat.since,
            }),
        };
        report.tell();
        report
    }

    /// Everything that is counted, with what can only be asked for.
    pub async fn metrics(&self) -> String {
        self.check().await;
        let metrics = telemetry::metrics();
        metrics.database.set_pool_use(self.database.pool_use());
        metrics.render()
    }
}

impl Report {
    fn tell(&self) {
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

async fn timed(question: impl Future<Output = bool>) -> (bool, Duration) {
    let begun = Stopwatch::start();
    let is_up = question.await;
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
        let mut look = |is_up, second| {
            let at = Timestamp::from_unix_seconds(second);
            finding((is_up, Duration::ZERO), at, &mut known).since.unix_seconds()
        };
        assert_eq!((look(true, 10), look(true, 20)), (10, 10));
        assert_eq!((look(false, 30), look(false, 40)), (30, 30));
        assert_eq!(look(true, 50), 50);
    }

    #[test]
    fn a_process_starts_and_stops() {
        let life = Lifecycle::default();
        assert!(matches!(life.phase(), Phase::Starting));
        life.clone().stop();
        assert!(matches!(life.phase(), Phase::Stopping));
    }
}

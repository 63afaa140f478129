//! Checks whether the clocks of the database, the cache and this machine agree. Stored times are compared with our clock.
//! If the clocks differ, logins, sessions and tokens expire too early or too late, and nothing else shows the cause.

use std::time::Duration;

use crate::{
    cache::ProcessCache,
    domain::{Clock, ClockOffset},
    repositories::Database,
    resilience::OutageLog,
    telemetry::{self, dependencies::Dependency},
};

/// Clocks drift slowly, and one that is set wrong stays wrong.
const PERIOD: Duration = Duration::from_secs(180);

/// Compares the servers' clocks with ours. There is one per process.
pub struct ClockWatch {
    clock: Clock,
    database: Database,
    cache: ProcessCache,
    of_database: Watched,
    of_cache: Watched,
}

impl ClockWatch {
    /// Makes no comparison before [`Self::run`].
    pub fn new(clock: Clock, database: Database, cache: ProcessCache) -> Self {
        Self {
            clock,
            database,
            cache,
            of_database: Watched::new(Dependency::Database),
            of_cache: Watched::new(Dependency::Cache),
        }
    }

    /// Compares now and then every few minutes; never returns.
    pub async fn run(self) {
        rounds(async || {
            self.of_database.compare(&self.clock, self.database.server_time()).await;
            self.of_cache.compare(&self.clock, self.cache.server_time()).await;
        })
        .await;
    }
}

async fn rounds(round: impl AsyncFn()) {
    loop {
        round().await;
        tokio::time::sleep(PERIOD).await;
    }
}

/// The clock of one server.
struct Watched {
    of: Dependency,
    disagreement: OutageLog,
}

impl Watched {
    fn new(of: Dependency) -> Self {
        Self {
            of,
            disagreement: OutageLog::default(),
        }
    }

    /// Asks for the time and compares it. A server that is down or has no clock changes nothing.
    async fn compare<E>(&self, ours: &Clock, ask: impl Future<Output = Result<Option<Duration>, E>>) {
        let asked = ours.now_precise();
        if let Ok(Some(theirs)) = ask.await {
            self.record(ClockOffset::between(asked, theirs, ours.now_precise()));
        }
    }

    /// Logs a difference when it begins and when it ends.
    fn record(&self, offset: ClockOffset) {
        telemetry::metrics().clocks.set_offset(self.of, offset.seconds());
        if offset.is_too_large() {
            if self.disagreement.record_failure() {
                tracing::warn!(
                    clock.of = self.of.as_str(),
                    "the clock of the {} is {offset}: let both machines follow the same time servers (NTP)",
                    self.of.as_str()
                );
            }
        } else if self.disagreement.record_success().is_some() {
            tracing::info!(
                clock.of = self.of.as_str(),
                "the clock of the {} agrees with ours again",
                self.of.as_str()
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, convert::Infallible, io};

    use super::*;
    use crate::telemetry::testing::Logged;

    #[tokio::test]
    async fn a_difference_is_one_warning_until_it_ends() {
        let (lines, clock, watched) = (Logged::default(), Clock::system(), Watched::new(Dependency::Database));
        let _guard = lines.listen();
        let theirs = Clock::system();
        let compare = async || {
            watched
                .compare(&clock, async { Ok::<_, Infallible>(Some(theirs.now_precise())) })
                .await;
            lines.take()
        };
        assert_eq!(compare().await, "");

        clock.advance(90);
        let begun = compare().await;
        assert!(
            begun.contains("WARN") && begun.contains("the clock of the database is"),
            "{begun}"
        );
        assert!(begun.contains("s behind ours"), "{begun}");
        assert_eq!(compare().await, "");

        clock.advance(-90);
        let ended = compare().await;
        assert!(
            ended.contains("INFO") && ended.contains("agrees with ours again"),
            "{ended}"
        );
        assert_eq!(compare().await, "");
    }

    #[tokio::test(start_paused = true)]
    async fn it_compares_at_once_and_then_every_three_minutes() {
        let compared = Cell::new(0);
        let limit = Duration::from_secs(2 * 180 + 1);
        let rounds = rounds(async || compared.set(compared.get() + 1));
        assert!(tokio::time::timeout(limit, rounds).await.is_err());
        assert_eq!(compared.get(), 3);
    }

    #[tokio::test]
    async fn a_server_that_is_down_or_has_no_clock_changes_nothing() {
        let (clock, watched) = (Clock::system(), Watched::new(Dependency::Cache));
        watched.record(ClockOffset::between(
            Duration::ZERO,
            Duration::from_secs(90),
            Duration::ZERO,
        ));
        watched
            .compare(&clock, async {
                Err::<Option<Duration>, _>(io::Error::other("made up"))
            })
            .await;
        watched.compare(&clock, async { Ok::<_, Infallible>(None) }).await;
        assert_eq!(watched.disagreement.record_success(), Some(1), "it goes on");
    }
}

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, join_all},
};

use crate::{
    cache::Cache,
    clients::wechat::PlatformHealth,
    domain::{Clock, Deadline, Timestamp},
    repositories::Database,
    services::{
        account_tokens::{SharedTokens, TokenHealth},
        jobs::Jobs,
    },
    storage::Storage,
    telemetry::{
        self, Stopwatch,
        dependencies::{Dependency, DependencyUp},
    },
};

/// A check returns within this time, even if a dependency hangs.
const LIMIT: Duration = Duration::from_millis(1500);

/// An older due job is late.
const LATE_JOB_SECONDS: i64 = 300;

/// A named check of something that this process needs.
pub struct HealthCheck {
    /// Its key in the report of `/readyz`.
    pub(super) name: &'static str,
    run: Box<dyn Fn() -> LocalBoxFuture<'static, Option<Finding>> + Send + Sync>,
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

impl HealthCheck {
    /// Asks `ask` whether a dependency works, and remembers since when it does or does not.
    fn asking_dependency<F>(dependency: Dependency, clock: Clock, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = bool> + 'static,
    {
        let count = move |is_up| telemetry::metrics().dependencies.set_up(dependency, is_up);
        Self::asking(dependency.as_str(), clock, count, ask)
    }

    /// Asks `ask` whether a part works, remembers since when it does or does not, and calls `count` with what it found.
    fn asking<F>(
        name: &'static str,
        clock: Clock,
        count: impl Fn(bool) + Copy + Send + Sync + 'static,
        ask: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = bool> + 'static,
    {
        let since = Arc::new(Mutex::new(None));
        let run = move || {
            let (asked, clock, since) = (ask(), clock.clone(), Arc::clone(&since));
            async move {
                let begun = Stopwatch::start();
                let is_up = matches!(Deadline::after(LIMIT).run(asked).await, Ok(true));
                let took = begun.elapsed();
                let mut since = since.lock().unwrap_or_else(PoisonError::into_inner);
                count(is_up);
                Some(finding(is_up, took, clock.now(), &mut since))
            }
            .boxed_local()
        };
        Self {
            name,
            run: Box::new(run),
        }
    }

    /// Reads what is known without asking. None: nothing is known yet.
    pub fn known(name: &'static str, read: impl Fn() -> Option<Finding> + Send + Sync + 'static) -> Self {
        Self {
            name,
            run: Box::new(move || std::future::ready(read()).boxed_local()),
        }
    }

    /// A query that also notices a database that takes no writes.
    pub fn of_database(database: Database, clock: Clock) -> Self {
        Self::asking_dependency(Dependency::Database, clock, move || {
            let database = database.clone();
            async move { database.probe().await.is_ok() }
        })
    }

    /// The cache's self-test for each account's keys.
    pub fn of_cache(caches: Vec<Cache>, clock: Clock) -> Self {
        Self::asking_dependency(Dependency::Cache, clock, move || {
            let caches = caches.clone();
            async move {
                for cache in caches {
                    if cache.self_test().await.is_err() {
                        return false;
                    }
                }
                true
            }
        })
    }

    /// The object storage, asked without writing.
    pub fn of_storage(storage: Storage, clock: Clock) -> Self {
        Self::asking_dependency(Dependency::Storage, clock, move || {
            let storage = storage.clone();
            async move { storage.ping().await.is_ok() }
        })
    }

    /// The platform, judged by the last real call of each account: it is up if none of these failed.
    pub fn of_platform(accounts: Vec<(PlatformHealth, DependencyUp)>) -> Self {
        Self::known(Dependency::Platform.as_str(), move || {
            let known = accounts.iter().filter_map(|(health, up)| {
                let finding = Finding::of_last_call(health)?;
                up.set(finding.is_up);
                Some(finding)
            });
            known.min_by_key(|finding| finding.is_up)
        })
    }

    /// No account has a job that failed for good, or one that is five minutes late. Also sets the metrics of jobs.
    pub fn of_jobs(accounts: Vec<Jobs>, clock: Clock) -> Self {
        Self::asking(
            "jobs",
            clock,
            |_| (),
            move || {
                let accounts = accounts.clone();
                async move {
                    let is_fine = async |jobs: Jobs| {
                        let status = jobs.status().await;
                        status.is_ok_and(|status| status.failed == 0 && status.oldest_due_seconds < LATE_JOB_SECONDS)
                    };
                    // Each is asked, for its metrics.
                    join_all(accounts.into_iter().map(is_fine))
                        .await
                        .into_iter()
                        .all(|is_fine| is_fine)
                }
            },
        )
    }

    /// The account's token, judged by the last fetch for each account.
    pub fn of_account_tokens(accounts: Vec<(Arc<SharedTokens>, DependencyUp)>) -> Self {
        Self::known(Dependency::AccountToken.as_str(), move || {
            let known = accounts.iter().filter_map(|(tokens, up)| {
                let fetches = tokens.health().into_iter().filter_map(TokenHealth::last);
                let fetch = fetches.min_by_key(|fetch| fetch.is_issued)?;
                up.set(fetch.is_issued);
                Some(Finding {
                    is_up: fetch.is_issued,
                    took: fetch.took,
                    at: fetch.at,
                    since: fetch.since,
                })
            });
            known.min_by_key(|finding| finding.is_up)
        })
    }

    pub(super) async fn run(&self) -> Option<Finding> {
        (self.run)().await
    }
}

impl Finding {
    fn of_last_call(platform: &PlatformHealth) -> Option<Self> {
        platform.last().map(|call| Self {
            is_up: call.fault.is_none(),
            took: call.took,
            at: call.at,
            since: call.since,
        })
    }
}

fn finding(is_up: bool, took: Duration, at: Timestamp, known: &mut Option<(bool, Timestamp)>) -> Finding {
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
            finding(is_up, Duration::ZERO, at, &mut known).since.unix_seconds()
        };
        assert_eq!((since(true, 10), since(true, 20)), (10, 10));
        assert_eq!((since(false, 30), since(false, 40)), (30, 30));
        assert_eq!(since(true, 50), 50);
    }
}

//! The table `jobs` and the runner, with several processes on one database.

use std::{sync::Arc, thread, time::Duration};

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::{AuditActor, Clock, Job, JobId, JobKind, JobLane, NewJob, Random},
    jobs::{Handlers, JobRunner, Phase},
    repositories::{
        Added, Database, JobRecord, JobsRepository, RepositoryError, SessionRevocationsRepository, Transaction,
    },
    services::jobs::{Finished, JobFailure, Jobs, LEASE_SECONDS},
};
use tokio::sync::watch;

use crate::support::{
    Register, app_id,
    databases::{TestDatabase, each_database},
    eventually,
};

/// The jobs as one process sees them.
pub fn process(database: &Database, clock: &Clock) -> Jobs {
    let repository = JobsRepository::new(database.clone(), app_id());
    Jobs::new(repository, clock.clone(), Random::system())
}

async fn migrated(database: &TestDatabase) -> Database {
    let opened = database.open(8);
    opened.migrate().await.unwrap();
    opened
}

async fn add(jobs: &Jobs, job: NewJob) -> Added {
    let repository = jobs.repository().clone();
    let work = move |tx: &mut Transaction<'_>| repository.add(tx, &job);
    let added = jobs.repository().database().transaction(work).await.unwrap();
    jobs.note_added(added);
    added
}

fn a_job(jobs: &Jobs) -> NewJob {
    jobs.once(JobKind::PurgeRevocations, Some("made-up".to_owned()), String::new())
}

async fn all(jobs: &Jobs) -> Vec<JobRecord> {
    jobs.page(None).await.unwrap()
}

async fn fail(jobs: &Jobs, job: &Job) {
    let failed = jobs.run(job, async { Err(JobFailure::new("made up")) }).await.unwrap();
    assert_eq!(failed, Some(JobFailure::new("made up")));
}

#[tokio::test]
async fn a_job_is_there_if_its_transaction_was_committed() {
    each_database(async |database| {
        let opened = migrated(database).await;
        let jobs = process(&opened, &Clock::system());
        let (repository, job) = (jobs.repository().clone(), a_job(&jobs));
        let work = move |tx: &mut Transaction<'_>| {
            let _added = repository.add(tx, &job)?;
            Err::<(), _>(RepositoryError::Conflict("made up".into()))
        };
        assert!(opened.transaction(work).await.is_err());
        assert_eq!(all(&jobs).await, []);
        let added = add(&jobs, a_job(&jobs)).await;
        assert_eq!((added.is_new, all(&jobs).await.len()), (true, 1));
    })
    .await;
}

/// A process whose clock is a year ahead must not keep a job from the others until its year has come.
#[tokio::test]
async fn a_lease_and_a_schedule_of_a_clock_that_was_ahead_hold_nothing() {
    each_database(async |database| {
        let opened = migrated(database).await;
        let (ahead, right) = (Clock::system(), Clock::system());
        ahead.step_wall(365 * 24 * 3600);
        let (wrong, jobs) = (process(&opened, &ahead), process(&opened, &right));
        let _added = add(&jobs, a_job(&jobs)).await;
        jobs.add_repeating().await.unwrap();
        let leased = wrong.claim(&JobLane::Common, 20).await.unwrap();
        let repeating = leased.iter().filter(|job| job.kind == JobKind::ChainAuditLog);
        for job in repeating {
            assert_eq!(wrong.run(job, async { Ok(Finished::Done) }).await.unwrap(), None);
        }
        let claimed = jobs.claim(&JobLane::Common, 20).await.unwrap();
        assert_eq!(claimed.len(), leased.len());
    })
    .await;
}

#[tokio::test]
async fn each_job_is_taken_by_one_of_many_processes() {
    each_database(async |database| {
        let opened = migrated(database).await;
        let clock = Clock::system();
        let jobs = process(&opened, &clock);
        for _ in 0..20 {
            let _added = add(&jobs, a_job(&jobs)).await;
        }
        let url = Arc::new(database.url.clone());
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (url, clock) = (Arc::clone(&url), clock.clone());
                thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                    runtime.unwrap().block_on(async {
                        let url = fanpass::settings::DatabaseUrl::new(url.to_string());
                        let opened = Database::open(&crate::support::database_settings(2), &url).unwrap();
                        process(&opened, &clock).claim(&JobLane::Common, 20).await.unwrap()
                    })
                })
            })
            .collect();
        let taken = threads.into_iter().flat_map(|thread| thread.join().unwrap());
        let mut taken: Vec<JobId> = taken.map(|job| job.id).collect();
        taken.extend(jobs.claim(&JobLane::Common, 20).await.unwrap().iter().map(|job| job.id));
        taken.sort();
        let added: Vec<String> = all(&jobs).await.into_iter().map(|job| job.id).collect();
        assert_eq!(taken.iter().map(ToString::to_string).collect::<Vec<_>>(), added);
    })
    .await;
}

#[tokio::test]
async fn a_job_of_a_process_that_died_is_taken_after_its_lease_and_the_dead_one_changes_nothing_more() {
    each_database(async |database| {
        let (opened, clock) = (migrated(database).await, Clock::system());
        let (dead, next) = (process(&opened, &clock), process(&opened, &clock));
        let _added = add(&dead, a_job(&dead)).await;
        let job = dead.claim(&JobLane::Common, 9).await.unwrap().remove(0);
        assert_eq!(job.attempt, 1);
        assert_eq!(next.claim(&JobLane::Common, 9).await.unwrap(), []);
        assert_eq!(next.claim_one(job.id).await.unwrap(), None);

        clock.advance(LEASE_SECONDS + 1);
        let again = next.claim(&JobLane::Common, 9).await.unwrap().remove(0);
        assert_eq!((again.id, again.attempt), (job.id, 2));
        fail(&dead, &job).await;
        dead.release(job.id).await.unwrap();
        assert_eq!(
            dead.claim(&JobLane::Common, 9).await.unwrap(),
            [],
            "the lease is the other's"
        );

        let repository = next.repository().clone();
        let holder = next.holder().to_owned();
        let complete = move |tx: &mut Transaction<'_>| repository.complete(tx, job.id, &holder);
        assert!(opened.transaction(complete).await.unwrap());
        assert_eq!(all(&next).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_released_job_counts_no_attempt_and_is_free_at_once() {
    each_database(async |database| {
        let (opened, clock) = (migrated(database).await, Clock::system());
        let (stopping, next) = (process(&opened, &clock), process(&opened, &clock));
        let _added = add(&stopping, a_job(&stopping)).await;
        let job = stopping.claim(&JobLane::Common, 9).await.unwrap().remove(0);
        stopping.release(job.id).await.unwrap();
        assert_eq!(next.claim(&JobLane::Common, 9).await.unwrap()[0].attempt, 1);
    })
    .await;
}

/// The purge of revocations, of several jobs that repeat.
fn purge(claimed: Vec<Job>) -> Job {
    let mut purges = claimed.into_iter().filter(|job| job.kind == JobKind::PurgeRevocations);
    purges.next().unwrap()
}

#[tokio::test]
async fn a_job_that_repeats_is_one_row_scheduled_anew_after_each_run_and_never_given_up() {
    each_database(async |database| {
        let (opened, clock) = (migrated(database).await, Clock::system());
        let jobs = process(&opened, &clock);
        for _ in 0..2 {
            jobs.add_repeating().await.unwrap();
        }
        let repeating = JobKind::ALL.iter().filter(|kind| kind.repeats_after().is_some());
        assert_eq!(all(&jobs).await.len(), repeating.count());
        let job = purge(jobs.claim(&JobLane::Common, 9).await.unwrap());
        assert_eq!(jobs.run(&job, async { Ok(Finished::Done) }).await.unwrap(), None);
        assert_eq!(
            jobs.claim(&JobLane::Common, 9).await.unwrap(),
            [],
            "not before its time"
        );
        for attempt in 1..30 {
            clock.advance(2 * 3600);
            let job = purge(jobs.claim(&JobLane::Common, 9).await.unwrap());
            assert_eq!(job.attempt, attempt);
            fail(&jobs, &job).await;
        }
        let mut rows = all(&jobs).await.into_iter();
        let row = rows.find(|row| row.kind == "purge_revocations").unwrap();
        assert_eq!((row.failed_at, row.last_error.as_deref()), (None, Some("made up")));
    })
    .await;
}

#[tokio::test]
async fn kinds_of_a_newer_version_are_left_alone_and_can_be_listed_and_dropped() {
    each_database(async |database| {
        let (opened, clock) = (migrated(database).await, Clock::system());
        let jobs = process(&opened, &clock);
        let row = "INSERT INTO jobs (id, app_id, kind, payload, run_at, attempts, created_at) VALUES \
                   ('018f0000-0000-7000-8000-000000000001', 'wx0000000000000001', 'of_tomorrow', '', \
                   '2026-11-23 12:00:00', 0, '2026-11-23 12:00:00')";
        let insert = move |connection: &mut fanpass::repositories::AnyConnection| Ok(connection.batch_execute(row)?);
        opened.run(insert).await.unwrap();
        assert_eq!(jobs.claim(&JobLane::Common, 9).await.unwrap(), []);
        let id = JobId::parse(&all(&jobs).await[0].id).unwrap();
        assert_eq!(jobs.drop(Some(id)).await.unwrap(), 1);
        assert_eq!(all(&jobs).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_lane_takes_its_own_jobs_and_a_job_of_a_target_that_is_no_more_waits_for_its_end() {
    each_database(async |database| {
        let (opened, clock) = (migrated(database).await, Clock::system());
        let jobs = process(&opened, &clock);
        for target in [None, Some("crm"), Some("gone")] {
            let job = NewJob {
                target: target.map(str::to_owned),
                ..a_job(&jobs)
            };
            assert!(add(&jobs, job).await.is_new);
        }
        for (lane, target) in [(JobLane::Target("crm".into()), Some("crm")), (JobLane::Common, None)] {
            let claimed = jobs.claim(&lane, 9).await.unwrap();
            let targets: Vec<_> = claimed.iter().map(|job| job.target.as_deref()).collect();
            assert_eq!(targets, [target]);
        }
    })
    .await;
}

#[tokio::test]
async fn the_queue_of_a_target_is_bounded_and_the_oldest_give_way() {
    each_database(async |database| {
        let (opened, clock) = (migrated(database).await, Clock::system());
        let jobs = process(&opened, &clock);
        let to = |target: &str| NewJob {
            target: Some(target.to_owned()),
            ..a_job(&jobs)
        };
        let now = clock.now().to_rfc3339().replace('T', " ").replace('Z', "");
        let rows: Vec<String> = (0..10_000)
            .map(|number| {
                format!(
                    "('018f0000-0000-7000-8000-{number:012}','wx0000000000000001','purge_revocations','app','','{now}',0,\
                     '{now}')"
                )
            })
            .collect();
        let rows = format!(
            "INSERT INTO jobs (id, app_id, kind, target, payload, run_at, attempts, created_at) VALUES {}",
            rows.join(",")
        );
        let insert = move |connection: &mut fanpass::repositories::AnyConnection| Ok(connection.batch_execute(&rows)?);
        opened.run(insert).await.unwrap();
        assert_eq!(add(&jobs, to("other")).await.dropped, 0);
        assert_eq!(add(&jobs, to("app")).await.dropped, 1);
        let first = all(&jobs).await.remove(0);
        assert!(first.id.ends_with("000000000001"), "{}", first.id);

        // That a fan was erased is no push: it gives way to nothing.
        let erased = NewJob {
            kind: JobKind::ForwardErasure,
            ..to("app")
        };
        assert_eq!(add(&jobs, erased).await.dropped, 0);
        clock.advance(25 * 3600);
        assert_eq!(add(&jobs, to("app")).await.dropped, 1);
        assert!(add(&jobs, a_job(&jobs)).await.is_new);
        jobs.drop_old().await.unwrap();
        let left: Vec<_> = all(&jobs).await.into_iter().map(|job| job.target).collect();
        let app = || Some("app".to_owned());
        assert_eq!(left, [app(), app(), None], "the erasure and the new ones");
    })
    .await;
}

#[tokio::test]
async fn jobs_about_a_fan_are_dropped_by_subject_in_their_account_only() {
    each_database(async |database| {
        let (opened, clock) = (migrated(database).await, Clock::system());
        let jobs = process(&opened, &clock);
        let other = fanpass::domain::AppId::parse("wx0000000000000002").unwrap();
        let other = Jobs::new(
            JobsRepository::new(opened.clone(), other),
            clock.clone(),
            Random::system(),
        );
        for owner in [&jobs, &other] {
            let _added = add(owner, a_job(owner)).await;
        }
        let repository = jobs.repository().clone();
        let drop = move |tx: &mut Transaction<'_>| repository.drop_of_subject(tx, "made-up");
        assert_eq!(opened.transaction(drop).await.unwrap(), 1);
        assert_eq!((all(&jobs).await.len(), all(&other).await.len()), (0, 1));
    })
    .await;
}

/// Runs the runner of a process while `test` runs.
pub async fn with_runner(jobs: Jobs, handlers: Handlers, test: impl Future<Output = ()>) {
    let (phase, phases) = watch::channel(Phase::Run);
    let runner = JobRunner::new(jobs, JobLane::Common, handlers.into(), Random::system());
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            let running = tokio::task::spawn_local(runner.run(phases));
            test.await;
            phase.send_replace(Phase::Finish);
            running.await.unwrap();
        })
        .await;
}

#[tokio::test]
async fn the_runner_purges_expired_revocations_and_leaves_those_of_other_accounts() {
    each_database(async |database| {
        let (opened, clock) = (migrated(database).await, Clock::system());
        let own = SessionRevocationsRepository::new(opened.clone(), app_id());
        let other = fanpass::domain::AppId::parse("wx0000000000000002").unwrap();
        let other = SessionRevocationsRepository::new(opened.clone(), other);
        let mut expired = crate::session_revocations::logout();
        expired.expires_at = clock.now().plus_seconds(-1);
        own.add(vec![expired]).await.unwrap();
        other.add(vec![expired]).await.unwrap();
        let handlers = handlers(&opened, &clock);
        let purged = async {
            let gone = eventually(Duration::from_secs(9), async || {
                own.since(0, 9).await.unwrap().is_empty()
            });
            assert!(gone.await);
        };
        with_runner(process(&opened, &clock), handlers, purged).await;
        assert_eq!(other.since(0, 9).await.unwrap().len(), 1);
    })
    .await;
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
#[tokio::test]
async fn the_runner_waits_while_the_database_is_away_and_goes_on_when_it_is_back() {
    use crate::support::servers::each_server;

    each_server("runs jobs", async |server| {
        let clock = Clock::system();
        let url = fanpass::settings::DatabaseUrl::new(server.url());
        let opened = Database::open(&crate::support::database_settings(2), &url).unwrap();
        let jobs = process(&opened, &clock);
        let test = async {
            assert!(jobs.status().await.is_err());
            server.start();
            assert!(eventually(Duration::from_secs(9), async || opened.migrate().await.is_ok()).await);
            let has_run = eventually(Duration::from_secs(9), async || {
                matches!(jobs.status().await, Ok(status) if status.waiting > 0 && status.oldest_due_seconds == 0)
            });
            assert!(has_run.await);
        };
        with_runner(process(&opened, &clock), handlers(&opened, &clock), test).await;
    })
    .await;
}

/// The job waits for a Redis that takes connections and never answers.
#[tokio::test]
async fn a_job_under_way_when_its_process_stops_is_left_to_another_at_once_and_counts_no_attempt() {
    each_database(async |database| {
        let (opened, clock) = (migrated(database).await, Clock::system());
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("redis://{}/", silent.local_addr().unwrap());
        let mut settings = crate::support::cache_settings();
        settings.timeout = Duration::from_secs(60);
        let silent_cache = crate::support::private_redis::open(&url, &settings);
        let (stopping, next) = (process(&opened, &clock), process(&opened, &clock));
        let handlers = crate::erasure::handlers(&opened, &clock, &stopping, &silent_cache);
        let (fan, _) = handlers
            .erasure
            .fans
            .register(crate::listing::fan("oOne", None))
            .await
            .unwrap();
        let requested = handlers
            .erasure
            .request(&fan, AuditActor::Fanpass)
            .await
            .unwrap()
            .unwrap();
        let row = async || {
            let rows = all(&next).await;
            rows.into_iter()
                .find(|job| job.id == requested.job.to_string())
                .unwrap()
        };

        let (phase, phases) = watch::channel(Phase::Run);
        let runner = JobRunner::new(stopping.clone(), JobLane::Common, handlers.into(), Random::system());
        let local = tokio::task::LocalSet::new();
        let stop = async {
            let running = tokio::task::spawn_local(runner.run(phases));
            let taken = eventually(Duration::from_secs(9), async || row().await.locked_until.is_some());
            assert!(taken.await);
            phase.send_replace(Phase::Finish);
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert!(!running.is_finished(), "it waits for the job");
            phase.send_replace(Phase::End);
            running.await.unwrap();
        };
        local.run_until(stop).await;
        assert_eq!((row().await.locked_until, row().await.attempts), (None, 0));
        assert!(next.claim_one(requested.job).await.unwrap().is_some());
    })
    .await;
}

fn handlers(database: &Database, clock: &Clock) -> Handlers {
    let jobs = process(database, clock);
    let cache = fanpass::cache::Cache::Memory(fanpass::cache::MemoryCache::new(clock.clone(), 1 << 20));
    crate::erasure::handlers(database, clock, &jobs, &cache)
}

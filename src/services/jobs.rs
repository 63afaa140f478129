//! Jobs: adding them, leasing them while they run, and what becomes of them afterwards. `src/jobs/` does the work.

mod administration;
mod backoff;
mod failure;

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

pub use self::failure::JobFailure;
use crate::{
    domain::{Clock, Deadline, Job, JobId, JobKind, JobLane, NewJob, Random, Timestamp},
    repositories::{Added, JobsRepository, RepositoryError, Transaction},
    services::audit_trail::OperatorLog,
    telemetry::{self, jobs::JobOutcome},
};

/// How long a job of a process that died is blocked. A running job renews its lease.
pub const LEASE_SECONDS: i64 = 60;
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// The longest run of a job. Afterwards it counts as a failed attempt.
const RUN_LIMIT: Duration = Duration::from_secs(600);
/// After this many attempts, some ten hours, a job fails for good.
const MAX_ATTEMPTS: u32 = 20;

/// The jobs of one account. Clones share the bell that wakes the runners.
#[derive(Clone)]
pub struct Jobs {
    repository: JobsRepository,
    clock: Clock,
    random: Random,
    /// Names this process in its leases.
    holder: Arc<str>,
    bell: watch::Sender<()>,
    /// Of the operator who uses this, if it is one.
    operator: Option<OperatorLog>,
}

/// Tells one runner of new jobs.
#[derive(Debug)]
pub struct JobBell(watch::Receiver<()>);

impl JobBell {
    /// Waits until a job was added since the last time.
    pub async fn rings(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody can add any more.
            std::future::pending().await
        }
    }
}

/// How the work of a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// It is done. The row is removed, or scheduled anew if the job repeats.
    Done,
    /// It is done, and the work removed the row in a transaction of its own.
    Removed,
}

impl Jobs {
    /// Jobs in `repository`.
    pub fn new(repository: JobsRepository, clock: Clock, random: Random) -> Self {
        let holder = hex::encode(random.bytes::<8>()).into();
        Self {
            repository,
            clock,
            random,
            holder,
            bell: watch::Sender::default(),
            operator: None,
        }
    }

    /// The same jobs in the hands of an operator, whose acts are written to the audit log.
    #[must_use]
    pub fn for_operator(self, log: OperatorLog) -> Self {
        let operator = Some(log);
        Self { operator, ..self }
    }

    /// The rows, for a transaction that adds or completes jobs.
    pub fn repository(&self) -> &JobsRepository {
        &self.repository
    }

    /// The name of this process in its leases.
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// A job that runs once, as soon as it is added.
    pub fn once(&self, kind: JobKind, subject: Option<String>, payload: String) -> NewJob {
        let now = self.clock.now();
        NewJob {
            id: JobId::generate(&self.clock, &self.random),
            kind,
            subject,
            target: None,
            name: None,
            payload,
            run_at: now,
            now,
        }
    }

    /// To be called after the transaction that added jobs: wakes the runners of this process and counts what was dropped.
    pub fn note_added(&self, added: Added) {
        telemetry::metrics().jobs.dropped(added.dropped);
        self.bell.send_replace(());
    }

    /// The bell, for one runner. It rings whenever this process adds a job, also while the runner does something else.
    pub fn bell(&self) -> JobBell {
        JobBell(self.bell.subscribe())
    }

    /// Drops what waited for a target for more than a day.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn drop_old(&self) -> Result<(), RepositoryError> {
        let dropped = self.repository.drop_old(self.clock.now()).await?;
        telemetry::metrics().jobs.dropped(dropped);
        Ok(())
    }

    /// Adds the jobs that repeat, unless they are there.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn add_repeating(&self) -> Result<(), RepositoryError> {
        let repeating = JobKind::ALL.into_iter().filter(|kind| kind.repeats_after().is_some());
        let new: Vec<NewJob> = repeating
            .map(|kind| NewJob {
                name: Some(kind.as_str().to_owned()),
                ..self.once(kind, None, String::new())
            })
            .collect();
        let repository = self.repository.clone();
        let work =
            move |tx: &mut Transaction<'_>| new.iter().try_for_each(|job| repository.add(tx, job).map(|_added| ()));
        self.repository.database().transaction(work).await
    }

    /// Leases at most `limit` due jobs of a lane to this process.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn claim(&self, lane: &JobLane, limit: u16) -> Result<Vec<Job>, RepositoryError> {
        let now = self.clock.now();
        self.repository
            .claim(lane, &self.holder, now, lease_end(now), limit)
            .await
    }

    /// Leases one job to this process. None: it is gone, another process has it, or it failed for good.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn claim_one(&self, id: JobId) -> Result<Option<Job>, RepositoryError> {
        let now = self.clock.now();
        self.repository.claim_one(id, &self.holder, now, lease_end(now)).await
    }

    /// Does the `work` of a leased job, renews the lease meanwhile, and records how it ended. Returns the failure of the
    /// work, if there was one.
    ///
    /// # Errors
    /// [`RepositoryError`] if the end could not be recorded. Then the job runs again after its lease.
    pub async fn run(
        &self,
        job: &Job,
        work: impl Future<Output = Result<Finished, JobFailure>>,
    ) -> Result<Option<JobFailure>, RepositoryError> {
        let finished = tokio::select! {
            biased;
            finished = Deadline::after(RUN_LIMIT).run(Box::pin(work)) => {
                finished.unwrap_or_else(|_| Err(JobFailure::new("it took longer than ten minutes")))
            }
            () = self.keep_renewing(job.id) => {
                // Another process has it now.
                telemetry::metrics().jobs.ran(job.kind.as_str(), JobOutcome::LeaseLost);
                return Ok(None);
            }
        };
        match finished {
            Ok(finished) => self.record_success(job, finished).await.map(|()| None),
            Err(failure) => self.record_failure(job, &failure).await.map(|()| Some(failure)),
        }
    }

    /// Ends the lease of a job that this process will not finish.
    ///
    /// # Errors
    /// [`RepositoryError`]. Then the lease ends by itself.
    pub async fn release(&self, id: JobId) -> Result<(), RepositoryError> {
        self.repository.release(id, &self.holder).await
    }

    /// Returns when another process has the job, or it is gone. While the database is away it is not known, so the work goes
    /// on: it is done twice at worst.
    async fn keep_renewing(&self, id: JobId) {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            let until = lease_end(self.clock.now());
            if matches!(self.repository.renew(id, &self.holder, until).await, Ok(false)) {
                return;
            }
        }
    }

    async fn record_success(&self, job: &Job, finished: Finished) -> Result<(), RepositoryError> {
        match (finished, job.kind.repeats_after()) {
            (Finished::Removed, _) => {}
            (Finished::Done, Some(seconds)) => {
                let next = self.clock.now().plus_seconds(seconds);
                self.repository.schedule(job.id, &self.holder, next, None).await?;
            }
            (Finished::Done, None) => {
                let (repository, id, holder) = (self.repository.clone(), job.id, Arc::clone(&self.holder));
                let work = move |tx: &mut Transaction<'_>| repository.complete(tx, id, &holder).map(|_held| ());
                self.repository.database().transaction(work).await?;
            }
        }
        telemetry::metrics().jobs.ran(job.kind.as_str(), JobOutcome::Done);
        Ok(())
    }

    async fn record_failure(&self, job: &Job, failure: &JobFailure) -> Result<(), RepositoryError> {
        let (now, kind) = (self.clock.now(), job.kind.as_str());
        let repeats_after = job.kind.repeats_after();
        if repeats_after.is_none() && job.attempt >= MAX_ATTEMPTS {
            telemetry::metrics().jobs.ran(kind, JobOutcome::Failed);
            tracing::error!(job.id = %job.id, job.kind = kind, job.error = %failure, "a job failed for good");
            return self
                .repository
                .give_up(job.id, &self.holder, now, failure.as_str())
                .await;
        }
        telemetry::metrics().jobs.ran(kind, JobOutcome::Retried);
        tracing::info!(job.id = %job.id, job.kind = kind, job.attempt, job.error = %failure, "a job will be tried again");
        let pause = backoff::seconds(job.attempt, &self.random);
        // One that repeats is not kept waiting for long: what it found wrong may be over.
        let pause = repeats_after.map_or(pause, |seconds| pause.clamp(seconds, seconds.saturating_mul(5)));
        let error = Some(failure.as_str().to_owned());
        self.repository
            .schedule(job.id, &self.holder, now.plus_seconds(pause), error)
            .await
    }
}

fn lease_end(now: Timestamp) -> Timestamp {
    now.plus_seconds(LEASE_SECONDS)
}

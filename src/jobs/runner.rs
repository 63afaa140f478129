use std::{cell::RefCell, collections::HashSet, rc::Rc};

use tokio::{sync::watch, task::JoinSet};

use super::Handlers;
use crate::{
    domain::{ErrorChain, Job, JobId, JobLane, Random},
    repositories::RepositoryError,
    resilience::OutageLog,
    services::jobs::Jobs,
};

/// Jobs of the common lane that run at once in this process.
const COMMON_CONCURRENCY: usize = 4;
/// The same for each target.
const TARGET_CONCURRENCY: usize = 3;
/// Milliseconds between two looks into the table: about a second, varied so that the replicas do not all look at once.
const PAUSE_MILLIS: std::ops::Range<u64> = 800..1200;

/// After this many looks, some five minutes, the jobs that repeat are added again, should somebody have removed one.
const LOOKS_BETWEEN_ADDITIONS: u32 = 300;

/// What the runner is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Take jobs and do them.
    Run,
    /// Take no more jobs, and go on with those under way.
    Drain,
    /// End when those under way are finished.
    Finish,
    /// End at once, and release the jobs under way.
    End,
}

/// Takes due jobs of one lane and does them. One per process, account and lane.
pub struct JobRunner {
    jobs: Jobs,
    lane: JobLane,
    concurrency: usize,
    handlers: Rc<Handlers>,
    random: Random,
    outage: OutageLog,
    under_way: Rc<RefCell<HashSet<JobId>>>,
}

impl JobRunner {
    /// Takes nothing before [`Self::run`].
    pub fn new(jobs: Jobs, lane: JobLane, handlers: Rc<Handlers>, random: Random) -> Self {
        Self {
            jobs,
            concurrency: match lane {
                JobLane::Common => COMMON_CONCURRENCY,
                JobLane::Target(_) => TARGET_CONCURRENCY,
            },
            lane,
            handlers,
            random,
            outage: OutageLog::default(),
            under_way: Rc::default(),
        }
    }

    /// Runs until [`Phase::End`], or until the sender of the phases is dropped. Needs a `LocalSet`.
    pub async fn run(self, mut phase: watch::Receiver<Phase>) {
        let mut running = JoinSet::new();
        let mut looks = 0;
        let mut bell = self.jobs.bell();
        loop {
            let is_full = running.len() >= self.concurrency;
            // Copied, for the borrow would block the sender while jobs are taken.
            let current = *phase.borrow_and_update();
            match current {
                Phase::End => break,
                Phase::Finish if running.is_empty() => break,
                Phase::Drain | Phase::Finish => {}
                Phase::Run if is_full => {}
                Phase::Run => {
                    let taken = self.take(self.concurrency - running.len(), &mut looks).await;
                    for job in self.note(taken) {
                        self.spawn(job, &mut running);
                    }
                }
            }
            let is_idle = running.is_empty();
            tokio::select! {
                changed = phase.changed() => if changed.is_err() { break },
                Some(_) = running.join_next(), if !is_idle => {}
                () = bell.rings(), if !is_full => {}
                () = tokio::time::sleep(self.random.pause(PAUSE_MILLIS)) => {}
            }
        }
        running.shutdown().await;
        self.release().await;
    }

    /// `looks` counts those that succeeded.
    async fn take(&self, limit: usize, looks: &mut u32) -> Result<Vec<Job>, RepositoryError> {
        if self.lane == JobLane::Common && looks.is_multiple_of(LOOKS_BETWEEN_ADDITIONS) {
            self.jobs.add_repeating().await?;
        }
        *looks = looks.wrapping_add(1);
        self.jobs
            .claim(&self.lane, u16::try_from(limit).unwrap_or(u16::MAX))
            .await
    }

    /// Logs when the table cannot be read, once, and when it can be read again.
    fn note(&self, taken: Result<Vec<Job>, RepositoryError>) -> Vec<Job> {
        match taken {
            Ok(jobs) => {
                if let Some(rounds) = self.outage.record_success() {
                    tracing::info!(rounds, "jobs are read from the database again");
                }
                jobs
            }
            Err(error) => {
                // The common lane speaks for all.
                if self.lane != JobLane::Common || !self.outage.record_failure() {
                    return Vec::new();
                }
                if let RepositoryError::Unavailable(_) = error {
                    // The database warns of the outage itself.
                    tracing::info!(database.error = %ErrorChain(&error), "jobs wait for the database");
                } else {
                    tracing::warn!(database.error = %ErrorChain(&error), "jobs cannot be read from the database; they wait");
                }
                Vec::new()
            }
        }
    }

    fn spawn(&self, job: Job, running: &mut JoinSet<()>) {
        if self.under_way.borrow().contains(&job.id) {
            // Its lease had ended while the database was away. Now it is renewed, and the run goes on.
            return;
        }
        let (jobs, handlers, under_way) = (self.jobs.clone(), Rc::clone(&self.handlers), Rc::clone(&self.under_way));
        under_way.borrow_mut().insert(job.id);
        running.spawn_local(async move {
            let recorded = jobs.run(&job, handlers.run(&job)).await;
            under_way.borrow_mut().remove(&job.id);
            if let Err(error) = recorded {
                // It runs again after its lease.
                tracing::info!(job.id = %job.id, database.error = %ErrorChain(&error), "the end of a job was not recorded");
            }
        });
    }

    /// Lets other processes have the jobs that were not finished.
    async fn release(&self) {
        let unfinished: Vec<JobId> = self.under_way.borrow_mut().drain().collect();
        for id in unfinished {
            // Without the database the lease ends by itself.
            let released = self.jobs.release(id).await;
            tracing::info!(job.id = %id, released = released.is_ok(), "a job was left to another process");
        }
    }
}

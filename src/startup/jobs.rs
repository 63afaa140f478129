//! The thread on which jobs run. What cannot move between threads, such as a platform client, is built on it.

use std::{io, rc::Rc, thread, time::Duration};

use actix_web::rt::Runtime;
use futures_util::future::join_all;
use tokio::sync::{oneshot, watch};

use super::{account::Account, infrastructure::Infrastructure, worker::Worker};
use crate::{
    domain::{Deadline, JobLane},
    jobs::{Handlers, JobRunner, Phase},
    services::{
        audit_trail::AuditTrail, daily_counts::DailyCountsUpkeep, fans::UnfollowedFans, sessions::RevocationPurge,
    },
};

/// This much of the shutdown's time is for releasing the jobs that were not finished.
const RELEASE_SHARE: Duration = Duration::from_millis(500);

/// The running thread. Dropping it ends the thread's work.
pub(super) struct JobsThread {
    phase: watch::Sender<Phase>,
    ended: oneshot::Receiver<()>,
}

impl JobsThread {
    pub(super) fn start(account: &Account) -> io::Result<Self> {
        let (phase, phases) = watch::channel(Phase::Run);
        let (ending, ended) = oneshot::channel();
        let account = account.clone();
        let work = move || {
            let handlers = Rc::new(handlers(&account));
            // A target that hangs holds up nobody but itself.
            let lanes = std::iter::once(JobLane::Common).chain(account.forward_targets.lanes());
            let runners = lanes.map(|lane| {
                let random = account.infrastructure.random.clone();
                JobRunner::new(account.jobs.clone(), lane, Rc::clone(&handlers), random).run(phases.clone())
            });
            match Runtime::new() {
                Ok(runtime) => drop(runtime.block_on(join_all(runners))),
                Err(error) => tracing::error!(%error, "jobs do not run in this process"),
            }
            // Nobody waits any more if the process was hurried.
            ending.send(()).unwrap_or_default();
        };
        thread::Builder::new().name("fanpass-jobs".to_owned()).spawn(work)?;
        Ok(Self { phase, ended })
    }

    /// Takes no more jobs. The thread stays until [`Self::end`], because it may drive connections to Redis that requests use.
    pub(super) fn drain(&self) {
        self.phase.send_replace(Phase::Drain);
    }

    /// Finishes the jobs under way, and ends by the deadline. Jobs that are not finished are left to other processes.
    pub(super) async fn end(mut self, deadline: Deadline) {
        self.phase.send_replace(Phase::Finish);
        let share = deadline.remaining().saturating_sub(RELEASE_SHARE);
        if Deadline::after(share).run(&mut self.ended).await.is_err() {
            self.phase.send_replace(Phase::End);
            drop(deadline.run(self.ended).await);
        }
    }
}

/// What the jobs of an account work with, on their thread.
fn handlers(account: &Account) -> Handlers {
    let Infrastructure { background, clock, .. } = account.infrastructure.clone();
    let settings = account.settings();
    let zone = settings.site.time_zone.clone();
    let worker = Worker::new(account);
    Handlers {
        account_tokens: worker.account_tokens(),
        forward: worker.forward_sender(),
        jobs: account.jobs.clone(),
        erasure: account.erasure(),
        unfollowed: UnfollowedFans {
            erasure: account.erasure(),
            forget_after_days: settings.fans.forget_unfollowed_after_days(),
        },
        revocation_purge: RevocationPurge::new(account.revocation_rows(), clock.clone()),
        daily_counts: DailyCountsUpkeep::new(background.clone(), account.counts(), clock.clone(), zone),
        push_purge: account.push_purge(),
        photo_removal: account.photo_removal(),
        unnamed_objects: account.unnamed_objects(),
        avatar_copies: account.avatar_copies(),
        audit_trail: AuditTrail::new(background, account.audit_log(), clock, settings.audit.keep_days),
    }
}

use std::{io, time::Duration};

use actix_web::rt::{self, task::JoinHandle};
use futures_util::future::join_all;
use tokio::sync::watch;

use super::{account::Account, infrastructure::Infrastructure, jobs::JobsThread};
use crate::{
    audit::RefusalTrail,
    domain::Deadline,
    services::{daily_counts::DailyCountsWriter, sessions::RevocationSync},
};

/// What runs beside the requests: the clock watch of the process, and for each account its jobs, its revocation sync, the
/// writer of its counts and the repeats of its refusals.
pub(super) struct BackgroundTasks {
    clock_watch: JoinHandle<()>,
    jobs: Vec<JobsThread>,
    revocation_syncs: Vec<JoinHandle<()>>,
    daily_counts: Vec<JoinHandle<DailyCountsWriter>>,
    refusal_repeats: Vec<JoinHandle<()>>,
    refusals: Vec<RefusalTrail>,
    /// Some as soon as the process stops.
    end: watch::Sender<Option<Deadline>>,
}

impl BackgroundTasks {
    /// `revocation_syncs`: those of the `accounts`.
    ///
    /// # Errors
    /// If the system makes no thread for the jobs.
    pub(super) fn spawn(
        infrastructure: &Infrastructure,
        accounts: &[Account],
        revocation_syncs: Vec<RevocationSync>,
    ) -> io::Result<Self> {
        let end = watch::Sender::new(None);
        let counts = accounts.iter().map(Account::daily_counts_writer);
        let refusals: Vec<_> = accounts.iter().map(|account| account.refusals.clone()).collect();
        let syncs = revocation_syncs.into_iter();
        Ok(Self {
            jobs: accounts.iter().map(JobsThread::start).collect::<io::Result<_>>()?,
            clock_watch: rt::spawn(infrastructure.clock_watch().run()),
            revocation_syncs: syncs
                .map(|sync| rt::spawn(sync.run(stopped(end.subscribe()))))
                .collect(),
            daily_counts: counts
                .map(|writer| rt::spawn(writer.run(stopped(end.subscribe()))))
                .collect(),
            refusal_repeats: refusals
                .iter()
                .map(|trail| rt::spawn(trail.clone().log_repeats()))
                .collect(),
            refusals,
            end,
        })
    }

    /// Takes no more jobs.
    pub(super) fn drain(&self) {
        self.jobs.iter().for_each(JobsThread::drain);
    }

    /// Ends all tasks by the deadline. Call it when no request can come any more: then the revocations that still wait are
    /// written for the last time, and the counts.
    pub(super) async fn stop(self, end: Deadline) {
        self.clock_watch.abort();
        self.end.send_replace(Some(end));
        for sync in self.revocation_syncs {
            drop(sync.await);
        }
        // All of these write before the jobs take the time that is left.
        let counts = join_all(self.daily_counts).await;
        // All at once: they share the time that is left.
        join_all(self.jobs.into_iter().map(|jobs| jobs.end(end))).await;
        // Jobs count, too.
        for writer in counts.into_iter().flatten() {
            writer.finish(end).await;
        }
        self.refusal_repeats.iter().for_each(JoinHandle::abort);
        self.refusals.iter().for_each(RefusalTrail::flush);
    }
}

/// Waits until the process stops, and returns its deadline. Without a sender there is no time left.
async fn stopped(mut end: watch::Receiver<Option<Deadline>>) -> Deadline {
    let deadline = end.wait_for(Option::is_some).await.ok().and_then(|end| *end);
    deadline.unwrap_or_else(|| Deadline::after(Duration::ZERO))
}

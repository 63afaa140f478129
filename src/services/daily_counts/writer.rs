use std::future::Future;

use super::pending::PendingCounts;
use crate::{
    domain::{Clock, Deadline, ErrorChain, Random},
    repositories::{CountAddition, DailyCountsRepository, Database, RepositoryError, Transaction},
    resilience::OutageLog,
    telemetry::events::AccountEvents,
};

/// Milliseconds between two rounds: about ten seconds, varied so that the replicas do not all write at once.
const PAUSE_MILLIS: std::ops::Range<u64> = 9_000..11_000;

/// What a [`DailyCountsWriter`] is made of.
pub struct DailyCountsParts {
    /// Counts what happens.
    pub events: AccountEvents,
    /// Runs the transactions.
    pub database: Database,
    /// Where the counts are kept.
    pub repository: DailyCountsRepository,
    /// Dates the additions.
    pub clock: Clock,
    /// Names this process, and varies the pauses.
    pub random: Random,
}

/// Adds what this process has counted to the counts in the database. One per process and account.
pub struct DailyCountsWriter {
    parts: DailyCountsParts,
    pending: PendingCounts,
    outage: OutageLog,
}

impl DailyCountsWriter {
    /// Writes nothing before [`Self::run`].
    pub fn new(parts: DailyCountsParts) -> Self {
        let writer = hex::encode(parts.random.bytes::<16>());
        Self {
            parts,
            pending: PendingCounts::new(writer),
            outage: OutageLog::default(),
        }
    }

    /// Writes every ten seconds until `stopped`, and then once more, until the deadline that `stopped` returns. Call
    /// [`Self::finish`] when nothing counts any more.
    pub async fn run(mut self, stopped: impl Future<Output = Deadline>) -> Self {
        let mut stopped = std::pin::pin!(stopped);
        let deadline = loop {
            let pause = self.parts.random.pause(PAUSE_MILLIS);
            tokio::select! {
                deadline = &mut stopped => break deadline,
                () = async {
                    tokio::time::sleep(pause).await;
                    self.round().await;
                } => {}
            }
        };
        let _ = deadline.run(self.round()).await;
        self
    }

    /// Writes what is left, because the process stops.
    pub async fn finish(mut self, deadline: Deadline) {
        let _ = deadline.run(self.round()).await;
        let waiting = self.pending.count();
        if waiting > 0 {
            tracing::error!(
                waiting,
                "this process stops, and the database does not know all that it counted"
            );
        }
    }

    /// Writes what was counted. It may be dropped at any point: what was sent is sent again under the same number.
    pub async fn round(&mut self) {
        let dropped = self.pending.merge(self.parts.events.take());
        self.parts.events.stored(dropped);
        // Twice: what was sent before, and then what has waited for its answer.
        for _ in 0..2 {
            let Some(addition) = self.pending.next_addition() else {
                return;
            };
            match self.add(addition).await {
                // A conflict: an attempt whose answer was lost has added it.
                Ok(_) | Err(RepositoryError::Conflict(_)) => self.confirm(),
                Err(error) => return self.note_failure(&error),
            }
        }
    }

    async fn add(&self, addition: CountAddition) -> Result<bool, RepositoryError> {
        let (repository, now) = (self.parts.repository.clone(), self.parts.clock.now());
        let work = move |tx: &mut Transaction<'_>| repository.add(tx, &addition, now);
        self.parts.database.transaction(work).await
    }

    fn confirm(&mut self) {
        self.parts.events.stored(self.pending.confirm());
        if let Some(failures) = self.outage.record_success() {
            tracing::info!(failures, "the counts of the day are written again");
        }
    }

    fn note_failure(&self, error: &RepositoryError) {
        if !self.outage.record_failure() {
            return;
        }
        if let RepositoryError::Unavailable(_) = error {
            // The database warns of the outage itself.
            tracing::info!(database.error = %ErrorChain(error), "the counts of the day wait for the database");
        } else {
            tracing::warn!(
                database.error = %ErrorChain(error),
                "the counts of the day are not written; they wait in this process"
            );
        }
    }
}

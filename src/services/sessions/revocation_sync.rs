mod forgotten_tokens;
mod reader;

use std::future::Future;

use self::{forgotten_tokens::ForgottenTokens, reader::Reader};
use super::SessionRevocations;
use crate::{
    domain::{Deadline, ErrorChain, Random},
    repositories::RepositoryError,
    services::web_tokens::WebTokens,
};

/// Milliseconds between two rounds: about a second, varied so that the replicas do not all ask at once.
const PAUSE_MILLIS: std::ops::Range<u64> = 800..1200;
/// After this many failed rounds everything is read again. The database may be another server now: a standby that never
/// got the last rows, and gives their ids to new ones.
const OUTAGE_ROUNDS: u32 = 3;
/// Each time after this many rounds, the next page of all rows is read again, to find rows that were missed.
const SWEEP_EVERY_ROUNDS: u32 = 10;
/// Each time after this many rounds, expired revocations are dropped from memory. A job removes them from the database.
const DROP_EVERY_ROUNDS: u32 = 60;
const WRITE_BATCH: usize = 500;

/// What a [`RevocationSync`] is made of.
pub struct RevocationSyncParts {
    /// The list that is kept up to date, and the revocations that wait to be written.
    pub revocations: SessionRevocations,
    /// The tokens of forgotten fans are removed here.
    pub tokens: WebTokens,
    /// Varies the pauses between rounds.
    pub random: Random,
}

/// Reads the revocations that all replicas write, and writes those that this one could not write yet. One per process.
pub struct RevocationSync {
    parts: RevocationSyncParts,
    reader: Reader,
    failures: u32,
    rounds: u32,
    forgotten_tokens: ForgottenTokens,
}

impl RevocationSync {
    /// Reads nothing before [`Self::run`].
    pub fn new(parts: RevocationSyncParts) -> Self {
        Self {
            parts,
            reader: Reader::default(),
            failures: 0,
            rounds: 0,
            forgotten_tokens: ForgottenTokens::default(),
        }
    }

    /// Runs until `stopped`, and then writes what still waits until the deadline that `stopped` returns.
    pub async fn run(mut self, stopped: impl Future<Output = Deadline>) {
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
        self.write_remaining(deadline).await;
    }

    /// One round: write, read, clean up. It may be dropped at any point.
    pub async fn round(&mut self) {
        match self.write_and_read().await {
            Ok(()) => self.note_success(),
            Err(error) => return self.note_failure(&error),
        }
        self.forgotten_tokens.remove_some(&self.parts.tokens).await;
        self.rounds = self.rounds.wrapping_add(1);
        if self.rounds.is_multiple_of(DROP_EVERY_ROUNDS) {
            let revocations = &self.parts.revocations;
            revocations.list.drop_expired(revocations.clock.now());
        }
    }

    async fn write_and_read(&mut self) -> Result<(), RepositoryError> {
        self.write().await?;
        let revocations = &self.parts.revocations;
        self.reader.read_new(revocations, &mut self.forgotten_tokens).await?;
        if self.rounds.is_multiple_of(SWEEP_EVERY_ROUNDS) {
            self.reader.sweep(revocations, &mut self.forgotten_tokens).await?;
        }
        Ok(())
    }

    async fn write(&self) -> Result<(), RepositoryError> {
        let revocations = &self.parts.revocations;
        loop {
            let batch = revocations.pending.oldest(WRITE_BATCH);
            if batch.is_empty() {
                return Ok(());
            }
            let count = batch.len();
            revocations.repository.add(batch).await?;
            revocations.pending.remove(count);
        }
    }

    fn note_success(&mut self) {
        if self.failures > 0 {
            tracing::info!(
                rounds = self.failures,
                "session revocations are read from the database again"
            );
        }
        self.failures = 0;
    }

    fn note_failure(&mut self, error: &RepositoryError) {
        self.failures = self.failures.saturating_add(1);
        if self.failures == 1 {
            tracing::warn!(database.error = %ErrorChain(error), "session revocations cannot be read from the database; going on with those that are known");
        }
        if self.failures == OUTAGE_ROUNDS {
            self.reader.forget_position();
        }
    }

    async fn write_remaining(&self, deadline: Deadline) {
        let pending = &self.parts.revocations.pending;
        pending.give_up_first_attempts();
        if pending.count() == (0, 0) {
            return;
        }
        drop(deadline.run(self.write()).await);
        let (waiting, lost) = pending.count();
        if waiting > 0 || lost > 0 {
            tracing::error!(
                waiting,
                lost,
                "this process stops, and the database does not know all sessions that ended here"
            );
        }
    }
}

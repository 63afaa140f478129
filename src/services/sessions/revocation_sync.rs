use std::{collections::VecDeque, future::Future, time::Duration};

use super::SessionRevocations;
use crate::{
    audit::{self, OperatorAct},
    domain::{Deadline, ErrorChain, FanId, Random, RevocationScope},
    repositories::{RepositoryError, StoredRevocation},
    services::web_tokens::WebTokens,
};

/// Milliseconds between two rounds: a second, more or less, so that replicas do not ask all at once.
const PAUSE_MILLIS: std::ops::Range<u64> = 800..1200;
/// Rows of one query.
const PAGE: u16 = 2000;
/// What was new in so many rounds is read again: a row whose transaction took long to commit appears behind rows with
/// higher ids. The database ends a statement after 5 s, and who wrote it tries again with a new row.
const OVERLAP_ROUNDS: usize = 30;
/// After so many failed rounds everything is read again: the database may be another one now, a standby that never saw
/// the last rows and gives their ids once more.
const OUTAGE_ROUNDS: u32 = 3;
/// And every so often one page of all rows, in turn, whatever was missed.
const SWEEP_EVERY_ROUNDS: u32 = 10;
const PURGE_EVERY_ROUNDS: u32 = 60;
const PURGE_BATCH: u16 = 1000;
const PURGE_BATCHES: usize = 20;
const WRITE_BATCH: usize = 500;
/// Tokens of forgotten fans that are still to be dropped, at most, and in one round.
const MOST_TOKENS: usize = 10_000;
const TOKENS_PER_ROUND: usize = 100;

/// What a follower is made of.
pub struct RevocationSyncParts {
    /// Where the news go.
    pub revocations: SessionRevocations,
    /// The tokens of fans, which go when an operator forgets a fan.
    pub tokens: WebTokens,
    /// For the pauses.
    pub random: Random,
}

/// Follows the revocations that all replicas write, and writes those that this one could not. One for each process.
pub struct RevocationSync {
    parts: RevocationSyncParts,
    /// The highest id after each of the last rounds, the oldest first.
    positions: VecDeque<i64>,
    /// How far the sweep through all rows has come.
    swept: i64,
    failures: u32,
    rounds: u32,
    forgotten: VecDeque<FanId>,
}

impl RevocationSync {
    /// A follower that knows nothing yet.
    pub fn new(parts: RevocationSyncParts) -> Self {
        Self {
            parts,
            positions: VecDeque::with_capacity(OVERLAP_ROUNDS),
            swept: 0,
            failures: 0,
            rounds: 0,
            forgotten: VecDeque::new(),
        }
    }

    /// Follows until `stopped`, and then writes what still waits, until the deadline that this names.
    pub async fn run(mut self, stopped: impl Future<Output = Deadline>) {
        let mut stopped = std::pin::pin!(stopped);
        let end = loop {
            let pause = self.pause();
            tokio::select! {
                end = &mut stopped => break end,
                () = async {
                    tokio::time::sleep(pause).await;
                    self.round().await;
                } => {}
            }
        };
        self.say_farewell(end).await;
    }

    /// One round: write, read, tidy up. It may be given up at any point.
    pub async fn round(&mut self) {
        match self.exchange_news().await {
            Ok(()) => self.note_success(),
            Err(error) => return self.note_failure(&error),
        }
        self.drop_tokens().await;
        self.rounds = self.rounds.wrapping_add(1);
        if self.rounds.is_multiple_of(PURGE_EVERY_ROUNDS) {
            self.purge().await;
        }
    }

    async fn exchange_news(&mut self) -> Result<(), RepositoryError> {
        self.write().await?;
        self.read().await?;
        if self.rounds.is_multiple_of(SWEEP_EVERY_ROUNDS) {
            self.sweep().await?;
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

    async fn read(&mut self) -> Result<(), RepositoryError> {
        let mut after = self.positions.front().copied().unwrap_or_default();
        loop {
            let page = self.parts.revocations.repository.since(after, PAGE).await?;
            after = page.last().map_or(after, |news| news.id);
            self.take_in(&page);
            if page.len() < usize::from(PAGE) {
                break;
            }
        }
        self.parts.revocations.known.complete();
        if self.positions.len() == OVERLAP_ROUNDS {
            self.positions.pop_front();
        }
        self.positions.push_back(after);
        Ok(())
    }

    async fn sweep(&mut self) -> Result<(), RepositoryError> {
        let page = self.parts.revocations.repository.since(self.swept, PAGE).await?;
        self.take_in(&page);
        let is_last = page.len() < usize::from(PAGE);
        self.swept = page.last().filter(|_| !is_last).map_or(0, |news| news.id);
        Ok(())
    }

    fn take_in(&mut self, page: &[StoredRevocation]) {
        let revocations = self.parts.revocations.clone();
        let is_start = !revocations.known.is_complete();
        let now = revocations.clock.now();
        let newest = self.positions.back().copied().unwrap_or_default();
        for news in page {
            let Some(revocation) = &news.revocation else {
                if news.id > newest {
                    tracing::warn!(revocation.id = news.id, "a revocation of sessions is not understood");
                }
                continue;
            };
            // The lock is taken for each row anew: no page waits for all of them.
            if revocation.expires_at <= now || !revocations.known.add(revocation) {
                continue;
            }
            if let RevocationScope::Fan {
                fan, forgotten: true, ..
            } = revocation.scope
            {
                self.will_drop_tokens(fan);
            }
            if !is_start {
                report(&revocation.scope);
            }
        }
    }

    fn will_drop_tokens(&mut self, fan: FanId) {
        if self.forgotten.len() == MOST_TOKENS {
            // Nobody reads the tokens of a fan without a row; they only stay until they expire.
            self.forgotten.pop_front();
        }
        self.forgotten.push_back(fan);
    }

    /// The tokens of forgotten fans: in the memory of this process nobody else can reach them.
    async fn drop_tokens(&mut self) {
        for _ in 0..TOKENS_PER_ROUND {
            let Some(fan) = self.forgotten.front() else { return };
            if self.parts.tokens.remove(*fan).await.is_err() {
                return;
            }
            self.forgotten.pop_front();
        }
    }

    async fn purge(&self) {
        let revocations = &self.parts.revocations;
        let now = revocations.clock.now();
        revocations.known.drop_expired(now);
        for _ in 0..PURGE_BATCHES {
            match revocations.repository.purge(now, PURGE_BATCH).await {
                Ok(purged) if purged >= usize::from(PURGE_BATCH) => {}
                Ok(_) => return,
                Err(error) => {
                    return tracing::debug!(database.error = %ErrorChain(&error), "old revocations were not purged");
                }
            }
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
            self.positions.clear();
        }
    }

    async fn say_farewell(&self, end: Deadline) {
        let pending = &self.parts.revocations.pending;
        pending.give_up_first_attempts();
        if pending.count() == (0, 0) {
            return;
        }
        drop(end.run(self.write()).await);
        let (waiting, lost) = pending.count();
        if waiting > 0 || lost > 0 {
            tracing::error!(
                waiting,
                lost,
                "this process stops, and the database does not know all sessions that ended here"
            );
        }
    }

    fn pause(&self) -> Duration {
        let span = PAUSE_MILLIS.end - PAUSE_MILLIS.start;
        let random = u16::from_le_bytes(self.parts.random.bytes());
        Duration::from_millis(PAUSE_MILLIS.start + u64::from(random) % span)
    }
}

/// What operators do reaches the log of every replica, for the log of their own command may go nowhere.
fn report(scope: &RevocationScope) {
    match scope {
        RevocationScope::Session(_) => {}
        RevocationScope::Fan {
            fan, forgotten: true, ..
        } => audit::took_effect(OperatorAct::Forget(*fan)),
        RevocationScope::Fan { fan, .. } => audit::took_effect(OperatorAct::SignOut(*fan)),
        RevocationScope::All { .. } => audit::took_effect(OperatorAct::SignOutAll),
    }
}

use std::{collections::VecDeque, future::Future, time::Duration};

use super::SessionEndings;
use crate::{
    audit::{self, OperatorAct},
    domain::{Deadline, Ended, Entropy, ErrorChain, FanId},
    repositories::{EndingNews, RepositoryError},
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
pub struct FollowerParts {
    /// Where the news go.
    pub endings: SessionEndings,
    /// The tokens of fans, which go when an operator forgets a fan.
    pub tokens: WebTokens,
    /// For the pauses.
    pub entropy: Entropy,
}

/// Follows the endings that all replicas write, and writes those that this one could not. One for each process.
pub struct EndingsFollower {
    parts: FollowerParts,
    /// The highest id after each of the last rounds, the oldest first.
    marks: VecDeque<i64>,
    /// How far the sweep through all rows has come.
    swept: i64,
    failures: u32,
    rounds: u32,
    forgotten: VecDeque<FanId>,
}

impl EndingsFollower {
    /// A follower that knows nothing yet.
    pub fn new(parts: FollowerParts) -> Self {
        Self {
            parts,
            marks: VecDeque::with_capacity(OVERLAP_ROUNDS),
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
        let endings = &self.parts.endings;
        loop {
            let batch = endings.unwritten.oldest(WRITE_BATCH);
            if batch.is_empty() {
                return Ok(());
            }
            let count = batch.len();
            endings.repository.add(batch).await?;
            endings.unwritten.remove(count);
        }
    }

    async fn read(&mut self) -> Result<(), RepositoryError> {
        let mut after = self.marks.front().copied().unwrap_or_default();
        loop {
            let page = self.parts.endings.repository.since(after, PAGE).await?;
            after = page.last().map_or(after, |news| news.id);
            self.take_in(&page);
            if page.len() < usize::from(PAGE) {
                break;
            }
        }
        self.parts.endings.known.complete();
        if self.marks.len() == OVERLAP_ROUNDS {
            self.marks.pop_front();
        }
        self.marks.push_back(after);
        Ok(())
    }

    async fn sweep(&mut self) -> Result<(), RepositoryError> {
        let page = self.parts.endings.repository.since(self.swept, PAGE).await?;
        self.take_in(&page);
        let is_last = page.len() < usize::from(PAGE);
        self.swept = page.last().filter(|_| !is_last).map_or(0, |news| news.id);
        Ok(())
    }

    fn take_in(&mut self, page: &[EndingNews]) {
        let endings = self.parts.endings.clone();
        let is_start = !endings.known.is_complete();
        let now = endings.clock.now();
        let newest = self.marks.back().copied().unwrap_or_default();
        for news in page {
            let Some(ending) = &news.ending else {
                if news.id > newest {
                    tracing::warn!(ending.id = news.id, "an ending of sessions is not understood");
                }
                continue;
            };
            // The lock is taken for each row anew: no page waits for all of them.
            if ending.expires_at <= now || !endings.known.add(ending) {
                continue;
            }
            if let Ended::Fan {
                fan, forgotten: true, ..
            } = ending.ended
            {
                self.will_drop_tokens(fan);
            }
            if !is_start {
                report(&ending.ended);
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
        let endings = &self.parts.endings;
        let now = endings.clock.now();
        endings.known.drop_expired(now);
        for _ in 0..PURGE_BATCHES {
            match endings.repository.purge(now, PURGE_BATCH).await {
                Ok(purged) if purged >= usize::from(PURGE_BATCH) => {}
                Ok(_) => return,
                Err(error) => {
                    return tracing::debug!(database.error = %ErrorChain(&error), "old endings were not purged");
                }
            }
        }
    }

    fn note_success(&mut self) {
        if self.failures > 0 {
            tracing::info!(rounds = self.failures, "the news of ended sessions are read again");
        }
        self.failures = 0;
    }

    fn note_failure(&mut self, error: &RepositoryError) {
        self.failures = self.failures.saturating_add(1);
        if self.failures == 1 {
            tracing::warn!(database.error = %ErrorChain(error), "the news of ended sessions cannot be read; what is known serves on");
        }
        if self.failures == OUTAGE_ROUNDS {
            self.marks.clear();
        }
    }

    async fn say_farewell(&self, end: Deadline) {
        let unwritten = &self.parts.endings.unwritten;
        unwritten.give_up_first_attempts();
        if unwritten.count() == (0, 0) {
            return;
        }
        drop(end.run(self.write()).await);
        let (waiting, lost) = unwritten.count();
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
        let random = self.parts.entropy.bytes::<2>().map_or(0, u16::from_le_bytes);
        Duration::from_millis(PAUSE_MILLIS.start + u64::from(random) % span)
    }
}

/// What operators do reaches the log of every replica, for the log of their own command may go nowhere.
fn report(ended: &Ended) {
    match ended {
        Ended::Session(_) => {}
        Ended::Fan {
            fan, forgotten: true, ..
        } => audit::took_effect(OperatorAct::Forget(*fan)),
        Ended::Fan { fan, .. } => audit::took_effect(OperatorAct::SignOut(*fan)),
        Ended::All { .. } => audit::took_effect(OperatorAct::SignOutAll),
    }
}

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    domain::{ErrorChain, Revocation},
    repositories::RepositoryError,
};

/// Revocations at most; some 6 MB.
const MOST: usize = 100_000;

/// Revocations that this process knows and the database does not, for all that is known. They are here from before the first
/// attempt to write them until one has succeeded, so that no end of this process overlooks any.
#[derive(Default)]
pub struct PendingRevocations {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    /// Those that are being written for the first time. They are as few as the database lets wait.
    first_attempts: BTreeMap<u64, Revocation>,
    last_attempt: u64,
    /// Those whose first attempt failed. They wait until the database is back.
    revocations: VecDeque<Revocation>,
    lost: u64,
}

/// The first attempt to write a revocation. It may be given up at any point; the revocation then waits all the same.
pub struct FirstAttempt(u64);

impl PendingRevocations {
    /// Notes a revocation that is about to be written.
    pub fn begin(&self, revocation: Revocation) -> FirstAttempt {
        let mut queue = self.lock();
        queue.last_attempt = queue.last_attempt.wrapping_add(1);
        let number = queue.last_attempt;
        queue.first_attempts.insert(number, revocation);
        FirstAttempt(number)
    }

    /// The revocation is written.
    pub fn succeeded(&self, attempt: FirstAttempt) {
        self.lock().first_attempts.remove(&attempt.0);
    }

    /// The revocation could not be written. The first one of an outage is logged.
    pub fn failed(&self, attempt: FirstAttempt, error: &RepositoryError) {
        let mut queue = self.lock();
        let Some(revocation) = queue.first_attempts.remove(&attempt.0) else {
            return;
        };
        if queue.revocations.is_empty() {
            tracing::warn!(database.error = %ErrorChain(error), "the revocation of a session is not written yet; it is tried again");
        }
        queue.push(revocation);
    }

    /// Nobody goes on with the first attempts, for the process ends. One that still succeeds has written its revocation twice,
    /// which does no harm.
    pub fn give_up_first_attempts(&self) {
        let mut queue = self.lock();
        for revocation in std::mem::take(&mut queue.first_attempts).into_values() {
            queue.push(revocation);
        }
    }

    /// The `count` revocations that have waited longest, at most. They stay until [`Self::remove`].
    pub fn oldest(&self, count: usize) -> Vec<Revocation> {
        self.lock().revocations.iter().take(count).copied().collect()
    }

    /// Removes the `count` oldest: they are written.
    pub fn remove(&self, count: usize) {
        let mut queue = self.lock();
        let count = count.min(queue.revocations.len());
        queue.revocations.drain(..count);
        if queue.revocations.is_empty() {
            tracing::info!(lost = queue.lost, "the revocations of sessions that waited are written");
            queue.lost = 0;
        }
    }

    /// How many wait, and how many there was no room for.
    pub fn count(&self) -> (usize, u64) {
        let queue = self.lock();
        (
            queue.first_attempts.len().saturating_add(queue.revocations.len()),
            queue.lost,
        )
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// The first revocation for which there is no room is logged.
    fn push(&mut self, revocation: Revocation) {
        if self.revocations.len() < MOST {
            return self.revocations.push_back(revocation);
        }
        self.lost = self.lost.saturating_add(1);
        if self.lost == 1 {
            tracing::error!(
                waiting = MOST,
                "too many revocations of sessions wait for the database: from now on only this process knows them"
            );
        }
    }
}

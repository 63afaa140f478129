use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    domain::{ErrorChain, Revocation},
    repositories::RepositoryError,
};

/// The most revocations that can wait: about 6 MB.
const MAX_PENDING: usize = 100_000;

/// Revocations that may be missing in the database. Each is added before the first attempt to write it and stays until one
/// succeeds, so that a process that stops loses none.
#[derive(Default)]
pub struct PendingRevocations {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    /// Being written for the first time. The limit of callers that wait for the database bounds their number.
    first_attempts: BTreeMap<u64, Revocation>,
    last_attempt: u64,
    /// Failed at the first attempt, and waiting for the database.
    revocations: VecDeque<Revocation>,
    lost: u64,
}

/// The first attempt to write a revocation. If it is dropped, the revocation stays and is written later.
pub struct FirstAttempt(u64);

impl PendingRevocations {
    /// Adds a revocation that is about to be written.
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

    /// Moves the first attempts to the queue, because the process stops. If an attempt still succeeds, its revocation is
    /// written twice, which changes nothing.
    pub fn give_up_first_attempts(&self) {
        let mut queue = self.lock();
        for revocation in std::mem::take(&mut queue.first_attempts).into_values() {
            queue.push(revocation);
        }
    }

    /// At most `count` revocations, those that have waited longest. They stay until [`Self::remove`].
    pub fn oldest(&self, count: usize) -> Vec<Revocation> {
        self.lock().revocations.iter().take(count).copied().collect()
    }

    /// Removes the `count` oldest, which are written now.
    pub fn remove(&self, count: usize) {
        let mut queue = self.lock();
        let count = count.min(queue.revocations.len());
        queue.revocations.drain(..count);
        if queue.revocations.is_empty() {
            tracing::info!(lost = queue.lost, "the revocations of sessions that waited are written");
            queue.lost = 0;
        }
    }

    /// How many wait, and how many were lost for want of room.
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
    /// Adds a revocation if there is room. The first one that is lost is logged.
    fn push(&mut self, revocation: Revocation) {
        if self.revocations.len() < MAX_PENDING {
            return self.revocations.push_back(revocation);
        }
        self.lost = self.lost.saturating_add(1);
        if self.lost == 1 {
            tracing::error!(
                waiting = MAX_PENDING,
                "too many revocations of sessions wait for the database: from now on only this process knows them"
            );
        }
    }
}

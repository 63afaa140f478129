use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    domain::{ErrorChain, SessionEnding},
    repositories::RepositoryError,
};

/// Endings at most; some 6 MB.
const MOST: usize = 100_000;

/// Endings that this process knows and the database does not. They wait here until it is back.
#[derive(Default)]
pub struct Unwritten {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    endings: VecDeque<SessionEnding>,
    lost: u64,
}

impl Unwritten {
    /// Keeps an ending that could not be written. The first one of an outage is logged, and the first one for which
    /// there is no room.
    pub fn push(&self, ending: SessionEnding, error: &RepositoryError) {
        let mut queue = self.lock();
        if queue.endings.len() >= MOST {
            queue.lost += 1;
            if queue.lost == 1 {
                tracing::error!(
                    waiting = MOST,
                    "too many endings of sessions wait for the database: from now on only this process knows them"
                );
            }
            return;
        }
        if queue.endings.is_empty() {
            tracing::warn!(database.error = %ErrorChain(error), "the ending of a session is not written yet; it is tried again");
        }
        queue.endings.push_back(ending);
    }

    /// The `count` endings that have waited longest, at most. They stay until [`Self::remove`].
    pub fn oldest(&self, count: usize) -> Vec<SessionEnding> {
        self.lock().endings.iter().take(count).copied().collect()
    }

    /// Removes the `count` oldest: they are written.
    pub fn remove(&self, count: usize) {
        let mut queue = self.lock();
        let count = count.min(queue.endings.len());
        queue.endings.drain(..count);
        if queue.endings.is_empty() {
            tracing::info!(lost = queue.lost, "the endings of sessions that waited are written");
            queue.lost = 0;
        }
    }

    /// How many wait, and how many there was no room for.
    pub fn count(&self) -> (usize, u64) {
        let queue = self.lock();
        (queue.endings.len(), queue.lost)
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use crate::repositories::connection::ConnectFailure;

/// What the attempts to connect show about the server. While it is down r2d2 tries again in the background, so no caller
/// needs to wait for the outcome.
#[derive(Debug, Default)]
pub struct Health {
    outage: Mutex<Option<String>>,
    losses: AtomicU64,
    generation: AtomicU64,
}

impl Health {
    /// Why the last attempt to connect failed. None if it succeeded.
    pub fn outage(&self) -> Option<String> {
        self.lock().clone()
    }

    /// Records an attempt to connect. The begin and the end of an outage are logged where queries fail and succeed.
    pub fn note(&self, failure: Option<&ConnectFailure>) {
        let before = std::mem::replace(&mut *self.lock(), failure.map(ToString::to_string));
        match (before, failure) {
            (None, Some(failure)) => tracing::debug!(database.error = %failure, "the database cannot be reached"),
            (Some(_), None) => tracing::debug!("the database can be reached again"),
            _ => {}
        }
    }

    /// The number of lost connections. A connection that was last tested before the latest loss must be tested again.
    pub fn losses(&self) -> u64 {
        self.losses.load(Ordering::Acquire)
    }

    /// Makes every existing connection be tested before its next use.
    pub fn doubt_connections(&self) {
        self.losses.fetch_add(1, Ordering::AcqRel);
    }

    /// The generation of the connections that are made now. Earlier ones lead to a server that no longer writes.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Gives up every connection of `generation` and before. A later call with an earlier generation gives up nothing more.
    pub fn give_up(&self, generation: u64) {
        self.generation
            .fetch_max(generation.saturating_add(1), Ordering::AcqRel);
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_that_find_one_server_read_only_give_up_one_generation() {
        let health = Health::default();
        let before = health.generation();
        (0..8).for_each(|_| health.give_up(before));
        assert_eq!(health.generation(), before + 1);
    }
}

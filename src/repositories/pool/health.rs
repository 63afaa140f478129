use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use crate::repositories::connection::ConnectFailure;

/// What is known of the server from the attempts to connect. While it is down r2d2 goes on trying in the background,
/// so nobody needs to wait for the outcome.
#[derive(Debug, Default)]
pub struct Health {
    outage: Mutex<Option<String>>,
    losses: AtomicU64,
    generation: AtomicU64,
}

impl Health {
    /// Why the last attempt to connect failed; none if it succeeded.
    pub fn outage(&self) -> Option<String> {
        self.lock().clone()
    }

    /// Takes note of an attempt to connect. That an outage begins and ends is logged where queries fail and succeed.
    pub fn note(&self, failure: Option<&ConnectFailure>) {
        let before = std::mem::replace(&mut *self.lock(), failure.map(ToString::to_string));
        match (before, failure) {
            (None, Some(failure)) => tracing::debug!(database.error = %failure, "the database cannot be reached"),
            (Some(_), None) => tracing::debug!("the database can be reached again"),
            _ => {}
        }
    }

    /// How many connections were lost. One that was last found sound before the latest loss must be tested.
    pub fn losses(&self) -> u64 {
        self.losses.load(Ordering::Acquire)
    }

    /// Puts every connection that was made until now in doubt.
    pub fn doubt_connections(&self) {
        self.losses.fetch_add(1, Ordering::AcqRel);
    }

    /// The generation of the connections that are made now. Earlier ones lead to a server that does not write any more.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Gives up every connection of `generation` and before. Who comes late, with a connection of an earlier one, gives
    /// up nothing of what was made since.
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

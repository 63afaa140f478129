use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use crate::repositories::connection::ConnectFailure;

/// What is known of the server from the attempts to connect. While it is down r2d2 goes on trying in the background,
/// so nobody needs to wait for the outcome.
#[derive(Debug, Default)]
pub struct Health {
    outage: Mutex<Option<String>>,
    epoch: AtomicU64,
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

    /// Grows each time a connection was lost. A connection that was found sound at an earlier epoch must be tested.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Puts every connection that was made until now in doubt.
    pub fn doubt_connections(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

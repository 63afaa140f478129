mod expiry_buckets;
mod revoked_sessions;

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use self::revoked_sessions::RevokedSessions;
use crate::domain::{Revocation, SignIn, Timestamp};

/// The revoked sessions that this process knows, in memory. Every request is checked against it. Clones share it.
#[derive(Clone, Default)]
pub struct RevocationList {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    revoked: RwLock<RevokedSessions>,
    is_complete: AtomicBool,
}

/// Whether an unexpired session is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationStatus {
    /// Not revoked.
    Good,
    /// Ended before it expired.
    Revoked,
    /// This process has not read the revocations yet.
    Unknown,
}

impl RevocationList {
    /// Whether a session is revoked.
    pub fn status(&self, sign_in: &SignIn) -> RevocationStatus {
        let revoked = self.shared.revoked.read().unwrap_or_else(PoisonError::into_inner);
        match (revoked.contains(sign_in), self.is_complete()) {
            (true, _) => RevocationStatus::Revoked,
            (false, true) => RevocationStatus::Good,
            (false, false) => RevocationStatus::Unknown,
        }
    }

    /// Declares the list complete: from now on a session that is not on it is good.
    pub fn complete(&self) {
        self.shared.is_complete.store(true, Ordering::Release);
    }

    /// Whether [`Self::complete`] was called.
    pub fn is_complete(&self) -> bool {
        self.shared.is_complete.load(Ordering::Acquire)
    }

    /// Adds a revocation. False if it is known already.
    pub fn add(&self, revocation: &Revocation) -> bool {
        self.change(|revoked| revoked.add(revocation))
    }

    /// Drops the revocations of sessions that have expired.
    pub fn drop_expired(&self, now: Timestamp) {
        self.change(|revoked| revoked.drop_expired(now));
    }

    fn change<T>(&self, change: impl FnOnce(&mut RevokedSessions) -> T) -> T {
        change(&mut self.shared.revoked.write().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests;

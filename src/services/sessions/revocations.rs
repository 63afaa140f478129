//! Sessions that ended before their time: a fan logged out, or an operator ended them.
//!
//! The session cookie is self-contained, so that a kept copy of it would stay good until its time is over. Therefore
//! every revocation is written to the database, every replica follows the news there into a copy in its memory, and judges
//! sessions by that copy, without any I/O.

use std::{sync::Arc, time::Duration};

use super::{
    RevocationList,
    pending_revocations::{FirstAttempt, PendingRevocations},
};
use crate::{
    domain::{Clock, Revocation, RevocationScope, SignIn},
    repositories::SessionRevocationsRepository,
};

/// How long a logout waits until its revocation is written. Afterwards it is written behind the fan's back.
const LOGOUT_WAITS: Duration = Duration::from_secs(2);

/// Ends sessions. Clones share what is known and what is still to be written.
#[derive(Clone)]
pub struct SessionRevocations {
    pub(super) repository: SessionRevocationsRepository,
    pub(super) clock: Clock,
    pub(super) known: RevocationList,
    pub(super) pending: Arc<PendingRevocations>,
}

impl SessionRevocations {
    /// Revocations that are kept in `repository`. Nothing is known until an [`RevocationSync`] has read them.
    pub fn new(repository: SessionRevocationsRepository, clock: Clock) -> Self {
        Self {
            repository,
            clock,
            known: RevocationList::default(),
            pending: Arc::default(),
        }
    }

    /// What this process knows.
    pub fn known(&self) -> RevocationList {
        self.known.clone()
    }

    /// Ends one session for good: here at once, in the database before this returns if it answers in time, and
    /// otherwise as soon as it does. The other replicas know within seconds of that.
    pub async fn end(&self, sign_in: &SignIn) {
        let now = self.clock.now();
        let revocation = Revocation {
            scope: RevocationScope::Session(sign_in.sid),
            revoked_at: now,
            expires_at: sign_in.forgettable_at(),
        };
        if revocation.expires_at <= now || !self.known.add(&revocation) {
            return;
        }
        let revocations = self.clone();
        let attempt = self.pending.begin(revocation);
        // A task of its own: it goes on when the browser hangs up. Where the end of the process cuts it off, the revocation is
        // left to the follower.
        let write = tokio::task::spawn(async move { revocations.write(attempt, revocation).await });
        // When the wait is over the task has not ended: it either writes the revocation or leaves it to the follower.
        drop(tokio::time::timeout(LOGOUT_WAITS, write).await);
    }

    async fn write(&self, attempt: FirstAttempt, revocation: Revocation) {
        match self.repository.add(vec![revocation]).await {
            Ok(()) => self.pending.succeeded(attempt),
            Err(error) => self.pending.failed(attempt, &error),
        }
    }
}

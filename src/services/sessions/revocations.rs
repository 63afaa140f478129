//! Sessions that ended before their time: a fan logged out, or an operator ended them.
//!
//! The session cookie is self-contained, so that a kept copy of it would stay good until its time is over. Therefore
//! every revocation is written to the database, every replica reads the new ones there into a list in its memory, and
//! checks sessions against that list, without any I/O.

use std::{sync::Arc, time::Duration};

use super::{
    RevocationList,
    pending_revocations::{FirstAttempt, PendingRevocations},
};
use crate::{
    domain::{Clock, Revocation, RevocationScope, SignIn},
    repositories::SessionRevocationsRepository,
};

/// How long a logout waits until its revocation is written. Afterwards the fan goes on, and it is written in the background.
const LOGOUT_WAIT: Duration = Duration::from_secs(2);

/// Revokes sessions. Clones share the list and the revocations that are still to be written.
#[derive(Clone)]
pub struct SessionRevocations {
    pub(super) repository: SessionRevocationsRepository,
    pub(super) clock: Clock,
    pub(super) list: RevocationList,
    pub(super) pending: Arc<PendingRevocations>,
}

impl SessionRevocations {
    /// Revocations that are kept in `repository`. The list is empty until a `RevocationSync` has read them.
    pub fn new(repository: SessionRevocationsRepository, clock: Clock) -> Self {
        Self {
            repository,
            clock,
            list: RevocationList::default(),
            pending: Arc::default(),
        }
    }

    /// The revocations that this process knows.
    pub fn list(&self) -> RevocationList {
        self.list.clone()
    }

    /// Revokes one session: in this process at once, in the database before this returns if it answers in time, and
    /// otherwise as soon as it does. The other replicas know within seconds of that.
    pub async fn revoke(&self, sign_in: &SignIn) {
        let now = self.clock.now();
        let revocation = Revocation {
            scope: RevocationScope::Session(sign_in.sid),
            revoked_at: now,
            expires_at: sign_in.forgettable_at(),
        };
        if revocation.expires_at <= now || !self.list.add(&revocation) {
            return;
        }
        let revocations = self.clone();
        let attempt = self.pending.begin(revocation);
        // A task of its own: it goes on when the browser hangs up. If the process stops first, `RevocationSync` writes the
        // revocation.
        let write = tokio::task::spawn(async move { revocations.write(attempt, revocation).await });
        // After the wait the task goes on: it writes the revocation, or leaves it to `RevocationSync`.
        drop(tokio::time::timeout(LOGOUT_WAIT, write).await);
    }

    async fn write(&self, attempt: FirstAttempt, revocation: Revocation) {
        match self.repository.add(vec![revocation]).await {
            Ok(()) => self.pending.succeeded(attempt),
            Err(error) => self.pending.failed(attempt, &error),
        }
    }
}

//! Session revocations: a fan logged out, or an operator ended the fan's sessions.
//!
//! The session cookie is self-contained, so a copy of it stays valid until it expires. Therefore every revocation is
//! written to the database. Each replica reads the new ones into a list in memory, and checks sessions against that list
//! without I/O.

use std::{sync::Arc, time::Duration};

use super::{
    RevocationList,
    pending_revocations::{FirstAttempt, PendingRevocations},
};
use crate::{
    domain::{Clock, Revocation, RevocationScope, SignIn},
    repositories::SessionRevocationsRepository,
};

/// How long a logout waits for its revocation to be written. After that the fan goes on, and it is written in the
/// background.
const LOGOUT_WAIT: Duration = Duration::from_secs(2);

/// Revokes sessions. Clones share the list and the pending revocations.
#[derive(Clone)]
pub struct SessionRevocations {
    pub(super) repository: SessionRevocationsRepository,
    pub(super) clock: Clock,
    pub(super) list: RevocationList,
    pub(super) pending: Arc<PendingRevocations>,
}

impl SessionRevocations {
    /// Revocations are stored in `repository`. The list is empty until a `RevocationSync` has read them.
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

    /// Revokes one session: in this process at once, and in the database before this returns if it responds in time,
    /// otherwise later. The other replicas read it within seconds.
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
        // A separate task, which goes on when the browser hangs up. If the process stops first, `RevocationSync` writes the
        // revocation.
        let write = tokio::task::spawn(async move { revocations.write(attempt, revocation).await });
        // After the wait the task goes on. It writes the revocation, or leaves it to `RevocationSync`.
        drop(tokio::time::timeout(LOGOUT_WAIT, write).await);
    }

    /// Takes over a revocation that is in the database, so that it holds in this process at once.
    pub fn note(&self, revocation: &Revocation) {
        self.list.add(revocation);
    }

    async fn write(&self, attempt: FirstAttempt, revocation: Revocation) {
        match self.repository.add(vec![revocation]).await {
            Ok(()) => self.pending.succeeded(attempt),
            Err(error) => self.pending.failed(attempt, &error),
        }
    }
}

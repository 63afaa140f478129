//! Sessions that ended before their time: a fan logged out, or an operator ended them.
//!
//! The session cookie is self-contained, so that a kept copy of it would stay good until its time is over. Therefore
//! every ending is written to the database, every replica follows the news there into a copy in its memory, and judges
//! sessions by that copy, without any I/O.

mod follower;
mod known;
mod unwritten;

use std::{sync::Arc, time::Duration};

pub use follower::{EndingsFollower, FollowerParts};
pub use known::{KnownEndings, Standing};

use self::unwritten::{FirstAttempt, Unwritten};
use super::sessions::SignIn;
use crate::{
    domain::{Clock, Ended, SessionEnding},
    repositories::SessionEndingsRepository,
};

/// How long a logout waits until its ending is written. Afterwards it is written behind the fan's back.
const LOGOUT_WAITS: Duration = Duration::from_secs(2);

/// Ends sessions. Clones share what is known and what is still to be written.
#[derive(Clone)]
pub struct SessionEndings {
    repository: SessionEndingsRepository,
    clock: Clock,
    known: KnownEndings,
    unwritten: Arc<Unwritten>,
}

impl SessionEndings {
    /// Endings that are kept in `repository`. Nothing is known until an [`EndingsFollower`] has read them.
    pub fn new(repository: SessionEndingsRepository, clock: Clock) -> Self {
        Self {
            repository,
            clock,
            known: KnownEndings::default(),
            unwritten: Arc::default(),
        }
    }

    /// What this process knows.
    pub fn known(&self) -> KnownEndings {
        self.known.clone()
    }

    /// Ends one session for good: here at once, in the database before this returns if it answers in time, and
    /// otherwise as soon as it does. The other replicas know within seconds of that.
    pub async fn end(&self, sign_in: &SignIn) {
        let now = self.clock.now();
        let ending = SessionEnding {
            ended: Ended::Session(sign_in.sid),
            ended_at: now,
            expires_at: sign_in.forgettable_at(),
        };
        if ending.expires_at <= now || !self.known.add(&ending) {
            return;
        }
        let endings = self.clone();
        let attempt = self.unwritten.begin(ending);
        // A task of its own: it goes on when the browser hangs up. Where the end of the process cuts it off, the ending is
        // left to the follower.
        let write = tokio::task::spawn(async move { endings.write(attempt, ending).await });
        // When the wait is over the task has not ended: it either writes the ending or leaves it to the follower.
        drop(tokio::time::timeout(LOGOUT_WAITS, write).await);
    }

    async fn write(&self, attempt: FirstAttempt, ending: SessionEnding) {
        match self.repository.add(vec![ending]).await {
            Ok(()) => self.unwritten.succeeded(attempt),
            Err(error) => self.unwritten.failed(attempt, &error),
        }
    }
}

//! Fans: looking them up, recording their logins, refreshing their profiles, and the operators' commands.

mod administration;
mod erasure;
mod follower_sync;
mod forget;
mod profiles;
mod registration;
mod sign_outs;

pub use administration::{FanAdministration, FanAdministrationParts};
pub use erasure::{
    ErasedFan, Erasure, ErasureListener, ErasureListeners, ErasureRequest, Removed, Requested, TokenRemoval,
    UnfollowedFans,
};
pub use follower_sync::{FollowerSync, SyncError, SyncReport};
pub use forget::Forgotten;
pub use profiles::Profiles;
pub use registration::Registrations;
pub use sign_outs::SignOuts;

use crate::{
    domain::{Clock, ErrorChain, FanId, FansProfile},
    repositories::FansRepository,
    services::ServiceError,
};

/// How long an operator's revocation is kept: the longest session that `session.ttl_seconds` allows, plus a day. So no
/// change of that setting revives a revoked session.
const REVOCATION_TTL_SECONDS: i64 = 31 * 24 * 3600;

/// A fan's last login is recorded at most once in this many seconds.
const LOGIN_NOTE_INTERVAL_SECONDS: i64 = 3600;

/// Looks fans up and records their logins.
#[derive(Clone)]
pub struct Fans {
    repository: FansRepository,
    clock: Clock,
}

impl Fans {
    /// The fans of one account.
    pub fn new(repository: FansRepository, clock: Clock) -> Self {
        Self { repository, clock }
    }

    /// The fan with this id. None: the row is gone, and so is the right to a session.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer.
    pub async fn find(&self, id: FanId) -> Result<Option<FansProfile>, ServiceError> {
        Ok(self.repository.find(id).await?)
    }

    /// Records in the background that a fan logged in, at most once an hour, and always if it is the first time since they
    /// unfollowed. The login neither waits for it nor fails with it.
    pub fn note_login(&self, fan: &FansProfile) {
        let now = self.clock.now();
        let came_back = fan.follow.unsubscribed_at >= Some(fan.last_login_at);
        if now.seconds_since(fan.last_login_at) < LOGIN_NOTE_INTERVAL_SECONDS && !came_back {
            return;
        }
        let (repository, id) = (self.repository.clone(), fan.id);
        let not_since = now.plus_seconds(-LOGIN_NOTE_INTERVAL_SECONDS);
        let note = async move {
            if let Err(error) = repository.note_login(id, now, not_since).await {
                // The next login tries again.
                tracing::info!(fan.id = %id, database.error = %ErrorChain(&error), "a login was not noted");
            }
        };
        tokio::task::spawn_local(tracing::Instrument::in_current_span(note));
    }
}

use serde::{Deserialize, Serialize};

use super::LoginFailure;
use crate::domain::{FanId, FansProfile, OpenId, SessionGeneration};

/// The fan that a session is begun for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticatedFan {
    /// The key of the fan's row.
    pub id: FanId,
    /// The fan within this account.
    pub openid: OpenId,
    /// The generation in which the fan was looked up, not the one in which a recorded outcome is asked for.
    pub generation: SessionGeneration,
}

impl AuthenticatedFan {
    /// `generation` is no later than what was read of the fan, so that a sign-out in between ends the session.
    pub fn new(fan: &FansProfile, generation: SessionGeneration) -> Self {
        Self {
            id: fan.id,
            openid: fan.profile.openid.clone(),
            generation,
        }
    }
}

/// The result of a code. It is recorded, sealed, for every request that brings the same code and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeOutcome {
    /// A registered fan.
    SignedIn(AuthenticatedFan),
    /// Somebody who is not registered.
    Unregistered,
    /// A virtual identity of the snapshot page: refused, and nothing is stored.
    Snapshot,
    /// Who the fan is stays unknown.
    Failed(LoginFailure),
}

use serde::{Deserialize, Serialize};

use super::LoginFailure;
use crate::domain::{FanId, FansProfile, OpenId, SessionGeneration};

/// The fan that a session is begun for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticatedFan {
    /// The row.
    pub id: FanId,
    /// The fan within this account.
    pub openid: OpenId,
    /// The generation in which the fan was looked up, not the one in which a recorded outcome is asked for.
    pub generation: SessionGeneration,
}

impl AuthenticatedFan {
    /// This fan. `generation` is no later than what was read of the fan, so that a sign-out in between ends the session.
    pub fn new(fan: &FansProfile, generation: SessionGeneration) -> Self {
        Self {
            id: fan.id,
            openid: fan.profile.openid.clone(),
            generation,
        }
    }
}

/// What became of a code. It is recorded, sealed, for every request that brings the same code and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeOutcome {
    /// A registered fan.
    SignedIn(AuthenticatedFan),
    /// Somebody who is not registered.
    Unregistered,
    /// A virtual identity.
    Snapshot,
    /// No outcome on the fan.
    Failed(LoginFailure),
}

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
    /// The generation at the time the fan was looked up. It may be older than the one when a recorded outcome is read.
    pub generation: SessionGeneration,
}

impl AuthenticatedFan {
    /// `generation` was read no later than the fan, so that a sign-out in between ends the session.
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
    /// A visitor who is not registered.
    Unregistered,
    /// A virtual identity of the snapshot page: refused, and nothing is stored.
    Snapshot,
    /// The login failed, and the fan is unknown.
    Failed(LoginFailure),
}

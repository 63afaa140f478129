use serde::{Deserialize, Serialize};

use super::LoginFailure;
use crate::domain::{FanId, FansProfile, OpenId, SignOutEpoch};

/// The fan that a session is begun for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedInFan {
    /// The row.
    pub id: FanId,
    /// The fan within this account.
    pub openid: OpenId,
    /// The epoch in which the fan was looked up, not the one in which a recorded verdict is asked for.
    pub epoch: SignOutEpoch,
}

impl SignedInFan {
    /// This fan. `epoch` is no later than what was read of the fan, so that a sign-out in between ends the session.
    pub fn new(fan: &FansProfile, epoch: SignOutEpoch) -> Self {
        Self {
            id: fan.id,
            openid: fan.profile.openid.clone(),
            epoch,
        }
    }
}

/// What became of a code. It is recorded, sealed, for every request that brings the same code and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// A registered fan.
    SignedIn(SignedInFan),
    /// Somebody who is not registered.
    Unregistered,
    /// A virtual identity.
    Snapshot,
    /// No verdict on the fan.
    Failed(LoginFailure),
}

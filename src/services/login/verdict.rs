use serde::{Deserialize, Serialize};

use super::LoginFailure;
use crate::domain::{FanId, FansProfile, OpenId};

/// The fan that a session is begun for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedInFan {
    /// The row.
    pub id: FanId,
    /// The fan within this account.
    pub openid: OpenId,
}

impl From<&FansProfile> for SignedInFan {
    fn from(fan: &FansProfile) -> Self {
        Self {
            id: fan.id,
            openid: fan.profile.openid.clone(),
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

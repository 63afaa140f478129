use serde::{Deserialize, Serialize};

use crate::domain::{AppId, FanId, OpenId, SessionGeneration, SessionId, Timestamp};

/// A signed-in fan, as the session cookie holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The account that the fan signed in to. A cookie that names none or another one is no session.
    pub app_id: AppId,
    /// A new random id at every sign-in.
    pub sid: SessionId,
    /// The fan's row.
    pub fan_id: FanId,
    /// The fan within this account.
    pub openid: OpenId,
    /// When the session began; it never moves.
    pub signed_in_at: Timestamp,
    /// When the session expires, even if `session.ttl_seconds` grows later: its revocation is deleted at this moment.
    pub until: Timestamp,
    /// The generation in which the fan was looked up. A later sign-out by an operator ends the session.
    pub generation: SessionGeneration,
}

impl SignIn {
    /// How far the clocks of the replicas may differ, in seconds.
    pub const CLOCK_GRACE_SECONDS: i64 = 60;

    /// From this moment on every replica refuses the session as expired.
    pub fn forgettable_at(&self) -> Timestamp {
        self.until.plus_seconds(Self::CLOCK_GRACE_SECONDS)
    }
}

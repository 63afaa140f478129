use serde::{Deserialize, Serialize};

use super::{FanId, SessionId, Timestamp};

/// Grows each time that an operator ends sessions of this account, in the database, and so puts sign-ins and sign-outs in
/// order whatever the clocks of the replicas say: a session carries the epoch in which it began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SignOutEpoch(i64);

impl SignOutEpoch {
    /// The epoch of this number; an account begins with 0.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// The sessions that an ending concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// This one: its fan logged out.
    Session(SessionId),
    /// Those of one fan that began before `epoch`.
    Fan {
        /// The fan.
        fan: FanId,
        /// The first epoch whose sessions are good.
        epoch: SignOutEpoch,
        /// Whether the fan's row went as well, and with it the right to whatever else is kept of them.
        forgotten: bool,
    },
    /// Those of all fans that began before `epoch`.
    All {
        /// The first epoch whose sessions are good.
        epoch: SignOutEpoch,
    },
}

/// That sessions ended before their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionEnding {
    /// Which.
    pub ended: Ended,
    /// When it happened.
    pub ended_at: Timestamp,
    /// From this moment on the sessions would be over anyway. Of one session it is exactly its own end, by which those
    /// who look for it find it.
    pub expires_at: Timestamp,
}

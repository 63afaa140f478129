use crate::domain::{FanId, SessionGeneration, SessionId, Timestamp};

/// The sessions that a revocation concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationScope {
    /// This one: its fan logged out.
    Session(SessionId),
    /// Those of one fan that began before `generation`.
    Fan {
        /// By the key of the row.
        fan: FanId,
        /// The first generation whose sessions are good.
        generation: SessionGeneration,
        /// Whether the fan's row went as well, and with it the right to whatever else is kept of them.
        forgotten: bool,
    },
    /// Those of all fans that began before `generation`.
    All {
        /// The first generation whose sessions are good.
        generation: SessionGeneration,
    },
}

/// The end of sessions before their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// One session, those of a fan, or all.
    pub scope: RevocationScope,
    /// When it happened.
    pub revoked_at: Timestamp,
    /// From this moment on the sessions would be over anyway. For one session it is exactly its own end, because the
    /// revocation list looks it up by that.
    pub expires_at: Timestamp,
}

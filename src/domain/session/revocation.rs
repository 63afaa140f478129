use crate::domain::{FanId, SessionGeneration, SessionId, Timestamp};

/// The sessions that a revocation concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationScope {
    /// One session, whose fan logged out.
    Session(SessionId),
    /// The sessions of one fan that began before `generation`.
    Fan {
        /// The key of the fan's row.
        fan: FanId,
        /// The first generation whose sessions stay valid.
        generation: SessionGeneration,
        /// Whether the fan's row was deleted too. Then nothing else may be kept of the fan.
        forgotten: bool,
    },
    /// The sessions of all fans that began before `generation`.
    All {
        /// The first generation whose sessions stay valid.
        generation: SessionGeneration,
    },
}

/// Sessions that end before they expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// Which sessions end.
    pub scope: RevocationScope,
    /// When it happened.
    pub revoked_at: Timestamp,
    /// From this moment on the sessions have expired anyway. For one session it is exactly the session's own expiry:
    /// the revocation list looks it up by that.
    pub expires_at: Timestamp,
}

//! The audit log in the database: what an entry says, and how the rows are chained.

mod act;
mod actor;
mod chain;
mod details;
mod walk;

pub use act::AuditAct;
pub use actor::{AuditActor, OperatorName};
pub use chain::{AuditPlace, AuditRecord, ChainHash, ChainPoint, StoredAudit};
pub use details::{AuditDetail, AuditDetails};
pub use walk::{ChainFault, ChainWalk};

use super::{FanId, Timestamp};

/// One act of an operator, of the platform, of a fan or of an erasure. It names a fan by id only, so that it can stay when the fan
/// is erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When it was done.
    pub at: Timestamp,
    /// Who did it.
    pub actor: AuditActor,
    /// What was done.
    pub act: AuditAct,
    /// The fan it concerns, if it is one.
    pub fan: Option<FanId>,
    /// What else is worth knowing.
    pub details: AuditDetails,
}

impl AuditEntry {
    /// An entry without a fan and without details.
    pub fn new(at: Timestamp, actor: AuditActor, act: AuditAct) -> Self {
        Self {
            at,
            actor,
            act,
            fan: None,
            details: AuditDetails::default(),
        }
    }

    /// The same entry about a fan.
    #[must_use]
    pub fn about(self, fan: FanId) -> Self {
        Self { fan: Some(fan), ..self }
    }

    /// The same entry with one more detail. A second value for a key replaces the first.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<AuditDetail>) -> Self {
        self.details.set(key, value.into());
        self
    }
}

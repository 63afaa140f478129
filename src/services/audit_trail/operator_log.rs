use crate::{
    domain::{AuditAct, AuditActor, AuditEntry, OperatorName, Timestamp},
    repositories::{AuditLogRepository, RepositoryError, Transaction},
};

/// Writes what one operator does to the audit log.
#[derive(Debug, Clone)]
pub struct OperatorLog {
    repository: AuditLogRepository,
    operator: OperatorName,
}

impl OperatorLog {
    /// For the acts of `operator`.
    pub fn new(repository: AuditLogRepository, operator: OperatorName) -> Self {
        Self { repository, operator }
    }

    /// An entry of this operator.
    pub fn entry(&self, now: Timestamp, act: AuditAct) -> AuditEntry {
        AuditEntry::new(now, AuditActor::Operator(self.operator.clone()), act)
    }

    /// Adds a row in the transaction of the act.
    ///
    /// # Errors
    /// [`RepositoryError`]. Then the act must not happen either.
    pub fn add(&self, tx: &mut Transaction<'_>, entry: &AuditEntry) -> Result<(), RepositoryError> {
        self.repository.add(tx, entry)
    }
}

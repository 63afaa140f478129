use super::REVOCATION_TTL_SECONDS;
use crate::{
    domain::{AuditAct, AuditActor, AuditEntry, Clock, Revocation},
    repositories::{AuditLogRepository, Database, SessionRevocationsRepository, SignOut, Transaction},
    services::ServiceError,
};

/// Ends sessions of many browsers at once, and writes down who wanted it.
#[derive(Clone)]
pub struct SignOuts {
    /// Where both are stored.
    pub database: Database,
    /// The ended sessions.
    pub revocations: SessionRevocationsRepository,
    /// Who wanted it.
    pub audit_log: AuditLogRepository,
    /// Dates it.
    pub clock: Clock,
}

impl SignOuts {
    /// Ends sessions. The processes that serve read it within seconds.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn sign_out(&self, what: SignOut, act: AuditAct, by: AuditActor) -> Result<Revocation, ServiceError> {
        let now = self.clock.now();
        let expires_at = now.plus_seconds(REVOCATION_TTL_SECONDS);
        let (revocations, audit_log) = (self.revocations.clone(), self.audit_log.clone());
        let entry = AuditEntry::new(now, by, act);
        let entry = match what {
            SignOut::Fan(fan) | SignOut::Forget(fan) => entry.about(fan),
            SignOut::All => entry,
        };
        let work = move |tx: &mut Transaction<'_>| {
            let revocation = revocations.sign_out(tx, what, now, expires_at)?;
            audit_log.add(tx, &entry)?;
            Ok(revocation)
        };
        Ok(self.database.transaction(work).await?)
    }
}

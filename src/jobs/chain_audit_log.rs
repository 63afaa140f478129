use crate::services::{
    audit_trail::AuditTrail,
    jobs::{Finished, JobFailure},
};

/// Gives new rows of the audit log their place in the chain. Until then nothing shows that one was removed.
pub async fn run(trail: &AuditTrail) -> Result<Finished, JobFailure> {
    trail.chain().await?;
    Ok(Finished::Done)
}

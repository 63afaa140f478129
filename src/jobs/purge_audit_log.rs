use crate::services::{
    audit_trail::AuditTrail,
    jobs::{Finished, JobFailure},
};

/// Removes rows of the audit log that are older than `audit.keep_days`.
pub async fn run(trail: &AuditTrail) -> Result<Finished, JobFailure> {
    trail.purge().await?;
    Ok(Finished::Done)
}

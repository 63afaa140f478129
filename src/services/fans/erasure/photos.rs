//! The erasure of photos alone. The row stays, and so do the sessions.

use serde::Serialize;

use super::{Erasure, ErasureRequest, Payload, photos_of, receipt_named, run::fan_of, to_json};
use crate::{
    domain::{AuditAct, AuditActor, AuditEntry, ErasureReason, Job, JobKind, OpenId},
    repositories::{RepositoryError, Transaction},
    services::jobs::{Finished, JobFailure},
};

/// What was removed, as the receipt has it.
#[derive(Serialize)]
struct RemovedPhotos {
    photos: usize,
}

impl Erasure {
    /// Removes the photos of whoever has this openid: nobody sees them when the caller's transaction is committed.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn request_photos_in(
        &self,
        tx: &mut Transaction<'_>,
        openid: &OpenId,
    ) -> Result<ErasureRequest, RepositoryError> {
        let fan = self.find_or_block(tx, openid)?;
        let receipt = self.new_receipt(ErasureReason::Photos, self.openid_hash(tx, openid)?);
        self.receipts.add(tx, &receipt)?;
        let mut request = ErasureRequest {
            receipt: receipt.id,
            fan,
            job: None,
            reason: receipt.reason,
            added: Vec::new(),
        };
        let Some(fan) = fan else {
            let nothing = to_json(&RemovedPhotos { photos: 0 })?;
            self.receipts.finish(tx, receipt.id, receipt.requested_at, &nothing)?;
            return Ok(request);
        };
        // An upload under way is saved before or after.
        self.fans.lock(tx, fan)?;
        let photos = self.photos.mark_all(tx, fan, receipt.requested_at)?;
        let entry = AuditEntry::new(receipt.requested_at, AuditActor::Platform, AuditAct::PhotosClear).about(fan);
        self.audit_log.add(tx, &entry.with("receipt", receipt.id.uuid()))?;
        let payload = to_json(&Payload::new(receipt.id, None, photos))?;
        let job = self.jobs.once(JobKind::ErasePhotos, Some(fan.to_string()), payload);
        request.added.push(self.jobs.repository().add(tx, &job)?);
        request.job = Some(job.id);
        Ok(request)
    }

    /// Does the job of such an erasure.
    ///
    /// # Errors
    /// [`JobFailure`]: something is left, and the job is tried again.
    pub async fn run_photos(&self, job: &Job) -> Result<Finished, JobFailure> {
        let (fan, receipt) = (fan_of(job)?, receipt_named(&job.payload)?);
        self.photos.of_fan(fan).await?;
        let removed = RemovedPhotos {
            photos: photos_of(&job.payload),
        };
        self.finish(job.id, fan, receipt, to_json(&removed)?, None).await?;
        Ok(Finished::Removed)
    }
}

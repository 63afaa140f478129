//! Asking for an erasure: what happens in one transaction.

use super::{ErasedFan, Erasure, Payload, Removed, TokenRemoval, receipt_of, to_json};
use crate::{
    audit,
    domain::{
        AuditAct, AuditActor, AuditEntry, AvatarId, ErasureReason, FanId, FansProfile, JobId, JobKind, OpenId,
        OpenIdHash, ReceiptId,
    },
    repositories::{Added, NewReceipt, RepositoryError, SignOut, Transaction},
    services::fans::REVOCATION_TTL_SECONDS,
};

/// How long the servers leave an operator's erasure to the command, which does it at once and says what went. They do it if
/// the command died.
const COMMAND_SECONDS: i64 = 5;

/// An erasure that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requested {
    /// The number of its receipt.
    pub receipt: ReceiptId,
    /// The job that does the rest.
    pub job: JobId,
}

/// An erasure that a transaction asked for. After the commit it goes to [`Erasure::note_requested`].
#[derive(Debug)]
#[must_use = "the runner is woken, and the request counted"]
pub struct ErasureRequest {
    /// The number of its receipt.
    pub receipt: ReceiptId,
    /// The fan, if there was a row.
    pub fan: Option<FanId>,
    /// The job that does the rest. None: nothing is left.
    pub job: Option<JobId>,
    pub(super) reason: ErasureReason,
    pub(super) added: Vec<Added>,
}

/// Undoes a transaction that need not happen.
#[derive(Debug, thiserror::Error)]
#[error("there is nothing to erase")]
struct NothingToErase;

impl Erasure {
    /// Asks for the erasure of a fan, as `by` wants it. The row and the sessions are gone when this returns. None: the row was
    /// gone already.
    ///
    /// # Errors
    /// [`RepositoryError`]; the erasure may have been asked for all the same.
    pub async fn request(&self, fan: &FansProfile, by: AuditActor) -> Result<Option<Requested>, RepositoryError> {
        let (erasure, openid, id) = (self.clone(), fan.profile.openid.clone(), fan.id);
        self.request_if((id, openid), by, move |tx| erasure.fans.remove(tx, id))
            .await
    }

    /// Asks for the erasure of a fan whose row `remove` removes. None: it removed none, and nothing is changed.
    pub(super) async fn request_if(
        &self,
        (fan, openid): (FanId, OpenId),
        by: AuditActor,
        remove: impl Fn(&mut Transaction<'_>) -> Result<bool, RepositoryError> + Send + 'static,
    ) -> Result<Option<Requested>, RepositoryError> {
        let erasure = self.clone();
        let work = move |tx: &mut Transaction<'_>| {
            erasure.sign_out(tx, SignOut::Forget(fan))?;
            let avatar = erasure.fans.avatar_of(tx, fan)?;
            if !remove(tx)? {
                return Err(RepositoryError::Conflict(NothingToErase.into()));
            }
            erasure.write(tx, (Some(fan), avatar), &openid, &by)
        };
        match self.fans.database().transaction(work).await {
            Ok(request) => {
                self.note_requested(&request);
                let receipt = request.receipt;
                Ok(request.job.map(|job| Requested { receipt, job }))
            }
            Err(RepositoryError::Conflict(source)) if source.is::<NothingToErase>() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks in the caller's transaction for the erasure of whoever has this openid. There is a receipt in any case: a login
    /// that is under way registers nobody. What was stored before under the hash of the openid is dropped; jobs that the
    /// caller adds afterwards stay.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn request_in(
        &self,
        tx: &mut Transaction<'_>,
        openid: &OpenId,
        by: &AuditActor,
    ) -> Result<ErasureRequest, RepositoryError> {
        let fan = self.find_or_block(tx, openid)?;
        let mut avatar = None;
        if let Some(fan) = fan {
            self.sign_out(tx, SignOut::Forget(fan))?;
            avatar = self.fans.avatar_of(tx, fan)?;
            self.fans.remove(tx, fan)?;
        }
        self.write(tx, (fan, avatar), openid, by)
    }

    /// Wakes the runner, counts the request and logs it. To be called when its transaction is committed.
    pub fn note_requested(&self, request: &ErasureRequest) {
        for added in &request.added {
            self.jobs.note_added(*added);
        }
        self.metrics.requested(request.reason);
        if let Some(fan) = request.fan
            && request.reason != ErasureReason::Operator
        {
            audit::erasure(self.fans.app_id(), fan, request.reason);
        }
        if request.job.is_none() {
            self.metrics.finished(request.reason, 0);
        }
    }

    pub(super) fn find_or_block(
        &self,
        tx: &mut Transaction<'_>,
        openid: &OpenId,
    ) -> Result<Option<FanId>, RepositoryError> {
        let spare = FanId::generate(&self.clock, &self.random);
        self.fans.find_or_block(tx, openid, spare, self.clock.now())
    }

    pub(super) fn sign_out(&self, tx: &mut Transaction<'_>, what: SignOut) -> Result<(), RepositoryError> {
        let now = self.clock.now();
        let until = now.plus_seconds(REVOCATION_TTL_SECONDS);
        self.revocations.sign_out(tx, what, now, until).map(|_| ())
    }

    pub(super) fn new_receipt(&self, reason: ErasureReason, openid_hash: OpenIdHash) -> NewReceipt {
        NewReceipt {
            id: ReceiptId::generate(&self.clock, &self.random),
            reason,
            openid_hash,
            requested_at: self.clock.now(),
            requested_at_ms: self.now_ms(),
        }
    }

    /// Writes the receipt, the row of the audit log and the job of a fan whose row and sessions are gone.
    fn write(
        &self,
        tx: &mut Transaction<'_>,
        (fan, avatar): (Option<FanId>, Option<AvatarId>),
        openid: &OpenId,
        by: &AuditActor,
    ) -> Result<ErasureRequest, RepositoryError> {
        let receipt = self.new_receipt(ErasureReason::of(by), self.openid_hash(tx, openid)?);
        let photos = self.drop_what_names(tx, fan, &receipt)?;
        self.receipts.add(tx, &receipt)?;
        let entry = AuditEntry::new(receipt.requested_at, by.clone(), AuditAct::Forget);
        let entry = entry.with("receipt", receipt.id.uuid());
        let entry = fan.into_iter().fold(entry, AuditEntry::about);
        self.audit_log.add(tx, &entry)?;
        let mut request = ErasureRequest {
            receipt: receipt.id,
            fan,
            job: None,
            reason: receipt.reason,
            added: Vec::new(),
        };
        if let Some(fan) = fan {
            let payload = to_json(&Payload::new(receipt.id, avatar, photos))?;
            let mut job = self.jobs.once(JobKind::EraseFan, Some(fan.to_string()), payload);
            if matches!(by, AuditActor::Operator(_)) {
                job.run_at = job.run_at.plus_seconds(COMMAND_SECONDS);
            }
            request.added.push(self.jobs.repository().add(tx, &job)?);
            request.job = Some(job.id);
        } else {
            let nothing = to_json(&Removed {
                row: false,
                web_token: TokenRemoval::None,
                photos: 0,
                avatar: false,
            })?;
            self.receipts.finish(tx, receipt.id, receipt.requested_at, &nothing)?;
        }
        let erased = ErasedFan {
            id: fan,
            openid,
            openid_hash: &receipt.openid_hash,
            reason: receipt.reason,
            receipt: receipt.id,
            at: receipt.requested_at,
        };
        request.added.extend(self.listeners.tell(tx, &erased)?);
        Ok(request)
    }

    /// Drops the jobs about the fan. An erasure of nickname and avatar that is among them is finished with this one.
    fn drop_what_names(
        &self,
        tx: &mut Transaction<'_>,
        fan: Option<FanId>,
        receipt: &NewReceipt,
    ) -> Result<usize, RepositoryError> {
        let jobs = self.jobs.repository();
        jobs.drop_of_subject(tx, receipt.openid_hash.as_str())?;
        self.push_receipts.empty_of_subject(tx, receipt.openid_hash.as_str())?;
        let mut photos = 0;
        if let Some(fan) = fan {
            // The row of the fan is gone: no upload adds a photo any more.
            photos = self.photos.mark_all(tx, fan, receipt.requested_at)?;
            jobs.drop_of_subject(tx, &fan.to_string())?;
        }
        let with = to_json(&serde_json::json!({ "with": receipt.id.to_string() }))?;
        self.receipts
            .finish_partial(tx, &receipt.openid_hash, receipt.requested_at, &with)?;
        Ok(photos)
    }

    /// The erasure of this fan that is not finished.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn unfinished(&self, fan: FanId) -> Result<Option<Requested>, RepositoryError> {
        let jobs = self.jobs.repository();
        let found = jobs.find_of_subject(JobKind::EraseFan, &fan.to_string()).await?;
        Ok(found.and_then(|(job, payload)| {
            let receipt = receipt_of(&payload)?;
            Some(Requested { receipt, job })
        }))
    }
}

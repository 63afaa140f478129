//! The job of an erasure.

use super::{Erasure, Removed, TokenRemoval, avatar_named, photos_of, receipt_named};
use crate::{
    domain::{
        AuditAct, AuditActor, AuditEntry, AvatarId, CountName, ErasureStep, FanId, Job, JobId, ObjectKey, ReceiptId,
        erasure_steps,
    },
    repositories::{Receipt, RepositoryError, Transaction},
    services::jobs::{Finished, JobFailure},
};

impl Erasure {
    /// Does the job. Each step may be repeated.
    ///
    /// # Errors
    /// [`JobFailure`]: something is left, and the job is tried again.
    pub async fn run(&self, job: &Job) -> Result<Finished, JobFailure> {
        let (fan, receipt) = (fan_of(job)?, receipt_named(&job.payload)?);
        let mut removed = self.erase(fan, true, avatar_named(&job.payload)).await?;
        // An earlier attempt may have removed some of them.
        removed.photos = removed.photos.max(photos_of(&job.payload));
        let text = serde_json::to_string(&removed).map_err(|error| JobFailure::new(error.to_string()))?;
        self.finish(job.id, fan, receipt, text, Some(CountName::Erasure))
            .await?;
        Ok(Finished::Removed)
    }

    /// Does every step for a fan whose row is gone. `row` says whether there was one, and `avatar` which copy it named.
    ///
    /// # Errors
    /// [`JobFailure`]: something is left.
    pub async fn erase(&self, fan: FanId, row: bool, avatar: Option<AvatarId>) -> Result<Removed, JobFailure> {
        let mut removed = Removed {
            row,
            web_token: TokenRemoval::None,
            photos: 0,
            avatar: false,
        };
        for step in erasure_steps() {
            match step {
                ErasureStep::Avatar => removed.avatar = self.remove_avatar(avatar).await?,
                ErasureStep::Photos => {
                    removed.photos = removed.photos.saturating_add(self.photos.of_fan(fan).await?);
                }
                ErasureStep::WebToken => removed.web_token = self.remove_token(fan).await?,
            }
        }
        Ok(removed)
    }

    /// Returns whether there was a copy.
    pub(super) async fn remove_avatar(&self, avatar: Option<AvatarId>) -> Result<bool, JobFailure> {
        if let Some(avatar) = avatar {
            self.photos.objects.remove(&ObjectKey::avatar(avatar)).await?;
        }
        Ok(avatar.is_some())
    }

    async fn remove_token(&self, fan: FanId) -> Result<TokenRemoval, JobFailure> {
        let Some(tokens) = &self.tokens else {
            return Ok(TokenRemoval::LeftToProcess);
        };
        Ok(TokenRemoval::of(tokens.erase(fan).await?))
    }

    /// Completes the receipt and removes the job in one transaction: a receipt without an end is a job that exists.
    pub(super) async fn finish(
        &self,
        job: JobId,
        fan: FanId,
        receipt: ReceiptId,
        removed: String,
        count: Option<CountName>,
    ) -> Result<(), JobFailure> {
        let erasure = self.clone();
        let work = move |tx: &mut Transaction<'_>| {
            if !erasure.jobs.repository().complete(tx, job, erasure.jobs.holder())? {
                // Another process has the job, and completes the receipt.
                return Ok(None);
            }
            let now = erasure.clock.now();
            let finished = erasure.receipts.finish(tx, receipt, now, &removed)?;
            if let Some(name) = count {
                // In this transaction, for nothing else knows that it happened once.
                erasure.counts.count(tx, erasure.time_zone.day_of(now), name)?;
            }
            let entry = AuditEntry::new(now, AuditActor::Fanpass, AuditAct::ErasureFinished).about(fan);
            erasure.audit_log.add(tx, &entry.with("receipt", receipt.uuid()))?;
            Ok(finished)
        };
        if let Some((reason, requested_at_ms)) = self.fans.database().transaction(work).await? {
            let took_ms = self.now_ms().saturating_sub(requested_at_ms);
            self.metrics.finished(reason, took_ms);
        }
        Ok(())
    }

    /// What an erasure removed, if it is finished.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn finished(&self, receipt: ReceiptId) -> Result<Option<Removed>, RepositoryError> {
        let found = self.receipts.find(receipt).await?;
        let Some(Receipt {
            finished_at: Some(_),
            removed: Some(removed),
            ..
        }) = found
        else {
            return Ok(None);
        };
        let removed = serde_json::from_str(&removed);
        removed
            .map(Some)
            .map_err(|error| RepositoryError::Corrupt(error.into()))
    }
}

impl TokenRemoval {
    pub(super) const fn of(was_there: bool) -> Self {
        if was_there { Self::Removed } else { Self::None }
    }
}

pub(super) fn fan_of(job: &Job) -> Result<FanId, JobFailure> {
    let fan = job.subject.as_deref().and_then(|subject| FanId::parse(subject).ok());
    fan.ok_or_else(|| JobFailure::new("the job names no fan"))
}

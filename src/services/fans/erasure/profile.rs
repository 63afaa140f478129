//! The erasure of nickname and avatar alone. The row stays, and so does the right to sign in.

use serde::Serialize;

use super::{Erasure, ErasureRequest, Payload, TokenRemoval, avatar_named, receipt_named, run::fan_of, to_json};
use crate::{
    domain::{AuditAct, AuditActor, AuditEntry, FanId, Job, JobKind, OpenId, ProfileErasure, ProfileState},
    repositories::{RepositoryError, SignOut, Transaction},
    services::{
        jobs::{Finished, JobFailure},
        photos::{Upload, removal_job},
    },
};

/// What was removed, as the receipt has it.
#[derive(Serialize)]
struct RemovedProfile {
    nickname: bool,
    avatar_url: bool,
    web_token: TokenRemoval,
}

impl Erasure {
    /// Empties nickname and avatar of whoever has this openid, in the caller's transaction, and ends the sessions: the next
    /// page begins a silent login. There is a receipt in any case: a login that is under way stores no nickname and no avatar.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn request_profile_in(
        &self,
        tx: &mut Transaction<'_>,
        openid: &OpenId,
        why: ProfileErasure,
    ) -> Result<ErasureRequest, RepositoryError> {
        let fan = self.find_or_block(tx, openid)?;
        let receipt = self.new_receipt(why.reason(), self.openid_hash(tx, openid)?);
        // Replies have the nickname in them.
        self.push_receipts.empty_of_subject(tx, receipt.openid_hash.as_str())?;
        self.receipts.add(tx, &receipt)?;
        let mut request = ErasureRequest {
            receipt: receipt.id,
            fan,
            job: None,
            reason: receipt.reason,
            added: Vec::new(),
        };
        let Some(fan) = fan else {
            let nothing = RemovedProfile::new(false, TokenRemoval::None);
            let nothing = to_json(&nothing)?;
            self.receipts.finish(tx, receipt.id, receipt.requested_at, &nothing)?;
            return Ok(request);
        };
        self.sign_out(tx, SignOut::Fan(fan))?;
        let avatar = self.fans.clear_profile(tx, fan, why, receipt.requested_at)?;
        let entry = AuditEntry::new(receipt.requested_at, AuditActor::Platform, AuditAct::ProfileClear).about(fan);
        let entry = entry.with("receipt", receipt.id.uuid());
        self.audit_log.add(tx, &entry.with("reason", why.reason().as_str()))?;
        let payload = to_json(&Payload::new(receipt.id, avatar, 0))?;
        let job = self.jobs.once(JobKind::EraseProfile, Some(fan.to_string()), payload);
        request.added.push(self.jobs.repository().add(tx, &job)?);
        if let Some(avatar) = avatar {
            // An erasure of the whole fan drops the job above.
            let removal = removal_job(&self.jobs, Upload::ReplacedAvatar(avatar))?;
            request.added.push(self.jobs.repository().add(tx, &removal)?);
        }
        request.job = Some(job.id);
        Ok(request)
    }

    /// Does the job of such an erasure: the copy of the avatar goes, and the token with which the profile was fetched goes where the fan withdrew it. A fan who
    /// has consented anew keeps the new one.
    ///
    /// # Errors
    /// [`JobFailure`]: something is left, and the job is tried again.
    pub async fn run_profile(&self, job: &Job) -> Result<Finished, JobFailure> {
        let (fan, receipt) = (fan_of(job)?, receipt_named(&job.payload)?);
        self.remove_avatar(avatar_named(&job.payload)).await?;
        let removed = RemovedProfile::new(true, self.remove_withdrawn_token(fan).await?);
        let text = to_json(&removed)?;
        self.finish(job.id, fan, receipt, text, None).await?;
        Ok(Finished::Removed)
    }

    async fn remove_withdrawn_token(&self, fan: FanId) -> Result<TokenRemoval, JobFailure> {
        let row = self.fans.find(fan).await?;
        let is_withdrawn = row.is_some_and(|row| row.profile_state() == ProfileState::Withdrawn);
        match &self.tokens {
            Some(tokens) if is_withdrawn => Ok(TokenRemoval::of(tokens.remove(fan).await?)),
            Some(_) => Ok(TokenRemoval::None),
            None => Ok(TokenRemoval::LeftToProcess),
        }
    }
}

impl RemovedProfile {
    const fn new(row: bool, web_token: TokenRemoval) -> Self {
        Self {
            nickname: row,
            avatar_url: row,
            web_token,
        }
    }
}

//! The erasure of a fan: all that every room keeps, or visibly unfinished.
//!
//! One transaction removes the row, revokes the sessions, writes a receipt without an end, and adds a job. The job walks the
//! registry (`domain/erasure.rs`) and completes the receipt; it is repeated until it succeeds. In the memory of the serving
//! processes `services/sessions/revocation_sync/forgotten_tokens.rs` drops the fan's token.

use serde::{Deserialize, Serialize};

use super::REVOCATION_TTL_SECONDS;
use crate::{
    domain::{
        AuditAct, AuditActor, AuditEntry, Clock, CountName, ErasureStep, FanId, FansProfile, Job, JobId, JobKind,
        OpenIdHash, Random, ReceiptId, TimeZone, erasure_steps,
    },
    repositories::{
        AccountSecretsRepository, AuditLogRepository, DailyCountsRepository, ErasureReceiptsRepository, FansRepository,
        NewReceipt, Receipt, RepositoryError, SecretUse, SessionRevocationsRepository, SignOut, Transaction,
    },
    services::{
        jobs::{Finished, JobFailure, Jobs},
        web_tokens::WebTokens,
    },
};

/// An erasure that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requested {
    /// The number of its receipt.
    pub receipt: ReceiptId,
    /// The job that does the rest.
    pub job: JobId,
}

/// What became of a fan's web token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenRemoval {
    /// It was there and is gone.
    Removed,
    /// There was none, or an earlier attempt removed it.
    None,
    /// The running process has it in its own memory, and drops it when it reads the revocation.
    LeftToProcess,
}

/// What an erasure removed, as the receipt has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The fan's row.
    pub row: bool,
    /// The web token.
    pub web_token: TokenRemoval,
}

/// Without the openid: the row is gone, and the job must not bring it back.
#[derive(Serialize, Deserialize)]
struct Payload {
    receipt: String,
}

/// Erases the fans of one account.
#[derive(Clone)]
pub struct Erasure {
    /// The rows.
    pub fans: FansRepository,
    /// Every process reads from these that a fan is erased.
    pub revocations: SessionRevocationsRepository,
    /// The receipts.
    pub receipts: ErasureReceiptsRepository,
    /// The secret under which receipts hold openids.
    pub secrets: AccountSecretsRepository,
    /// Erasures stand there.
    pub audit_log: AuditLogRepository,
    /// Erasures are counted there.
    pub counts: DailyCountsRepository,
    /// Where a day of the counts begins.
    pub time_zone: TimeZone,
    /// The jobs.
    pub jobs: Jobs,
    /// The tokens. None if each process has a cache of its own and this one serves nobody.
    pub tokens: Option<WebTokens>,
    /// Dates the receipts.
    pub clock: Clock,
    /// For the receipts' numbers and the secret.
    pub random: Random,
}

impl Erasure {
    /// Asks for the erasure of a fan, as `by` wants it. The row and the sessions are gone when this returns. None: the row was gone already.
    ///
    /// # Errors
    /// [`RepositoryError`]; the erasure may have been asked for all the same.
    pub async fn request(&self, fan: &FansProfile, by: AuditActor) -> Result<Option<Requested>, RepositoryError> {
        let (erasure, openid, fan) = (self.clone(), fan.profile.openid.clone(), fan.id);
        let receipt = ReceiptId::generate(&self.clock, &self.random);
        let payload = serde_json::to_string(&Payload {
            receipt: receipt.to_string(),
        });
        let payload = payload.map_err(|error| RepositoryError::Other(error.into()))?;
        let job = self.jobs.once(JobKind::EraseFan, Some(fan.to_string()), payload);
        let requested = Requested { receipt, job: job.id };
        let work = move |tx: &mut Transaction<'_>| {
            let now = erasure.clock.now();
            let until = now.plus_seconds(REVOCATION_TTL_SECONDS);
            erasure.revocations.sign_out(tx, SignOut::Forget(fan), now, until)?;
            if !erasure.fans.remove(tx, fan)? {
                return Ok(None);
            }
            let secret = erasure
                .secrets
                .find_or_make(tx, SecretUse::ErasureReceipts, &erasure.random, now)?;
            let openid_hash = OpenIdHash::new(&secret, &openid).ok_or_else(no_secret)?;
            let millis = erasure.clock.now_precise().as_millis();
            let row = NewReceipt {
                id: receipt,
                reason: by.kind(),
                openid_hash,
                requested_at: now,
                requested_at_ms: i64::try_from(millis).unwrap_or(i64::MAX),
            };
            erasure.receipts.add(tx, &row)?;
            let entry = AuditEntry::new(now, by.clone(), AuditAct::Forget).about(fan);
            erasure.audit_log.add(tx, &entry.with("receipt", receipt.uuid()))?;
            let jobs = erasure.jobs.repository();
            jobs.drop_of_subject(tx, &fan.to_string())?;
            jobs.add(tx, &job).map(Some)
        };
        let added = self.fans.database().transaction(work).await?;
        Ok(added.map(|added| {
            self.jobs.note_added(added);
            requested
        }))
    }

    /// Does the job. Each step may be repeated.
    ///
    /// # Errors
    /// [`JobFailure`]: something is left, and the job is tried again.
    pub async fn run(&self, job: &Job) -> Result<Finished, JobFailure> {
        let fan = job.subject.as_deref().and_then(|subject| FanId::parse(subject).ok());
        let fan = fan.ok_or_else(|| JobFailure::new("the job names no fan"))?;
        let receipt = receipt_of(&job.payload).ok_or_else(|| JobFailure::new("the job names no receipt"))?;
        let removed = self.erase(fan, true).await?;
        self.finish(job.id, fan, receipt, removed).await?;
        Ok(Finished::Removed)
    }

    /// Does every step for a fan whose row is gone. `row` says whether there was one.
    ///
    /// # Errors
    /// [`JobFailure`]: something is left.
    pub async fn erase(&self, fan: FanId, row: bool) -> Result<Removed, JobFailure> {
        let mut removed = Removed {
            row,
            web_token: TokenRemoval::None,
        };
        for step in erasure_steps() {
            match step {
                ErasureStep::WebToken => removed.web_token = self.remove_token(fan).await?,
            }
        }
        Ok(removed)
    }

    async fn remove_token(&self, fan: FanId) -> Result<TokenRemoval, JobFailure> {
        let Some(tokens) = &self.tokens else {
            return Ok(TokenRemoval::LeftToProcess);
        };
        Ok(match tokens.erase(fan).await? {
            true => TokenRemoval::Removed,
            false => TokenRemoval::None,
        })
    }

    /// Completes the receipt and removes the job in one transaction: a receipt without an end is a job that exists.
    async fn finish(&self, job: JobId, fan: FanId, receipt: ReceiptId, removed: Removed) -> Result<(), JobFailure> {
        let erasure = self.clone();
        let text = serde_json::to_string(&removed).map_err(|error| JobFailure::new(error.to_string()))?;
        let work = move |tx: &mut Transaction<'_>| {
            // Otherwise another process has the job, and completes the receipt.
            if erasure.jobs.repository().complete(tx, job, erasure.jobs.holder())? {
                let now = erasure.clock.now();
                erasure.receipts.finish(tx, receipt, now, &text)?;
                // In this transaction, for nothing else knows that it happened once.
                erasure
                    .counts
                    .count(tx, erasure.time_zone.day_of(now), CountName::Erasure)?;
                let entry = AuditEntry::new(now, AuditActor::Fanpass, AuditAct::ErasureFinished).about(fan);
                erasure.audit_log.add(tx, &entry.with("receipt", receipt.uuid()))?;
            }
            Ok(())
        };
        Ok(self.fans.database().transaction(work).await?)
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

    /// What an erasure removed, if it is finished.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn finished(&self, receipt: ReceiptId) -> Result<Option<Removed>, RepositoryError> {
        let found = self.receipts.find(receipt).await?;
        let Some(Receipt {
            finished_at: Some(_),
            removed: Some(removed),
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

fn receipt_of(payload: &str) -> Option<ReceiptId> {
    let payload: Payload = serde_json::from_str(payload).ok()?;
    ReceiptId::parse(&payload.receipt).ok()
}

fn no_secret() -> RepositoryError {
    RepositoryError::Other("the account's secret cannot hash an openid".into())
}

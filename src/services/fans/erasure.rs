//! The erasure of a fan: all that every room keeps, or visibly unfinished.
//!
//! One transaction removes the row, revokes the sessions, writes a receipt without an end, and adds a job (`requests.rs`).
//! The job walks the registry (`domain/erasure.rs`) and completes the receipt (`run.rs`); it is repeated until it succeeds.
//! Where only nickname and avatar go, or only photos, the same is done for these (`profile.rs`, `photos.rs`). In the memory of the serving processes
//! `services/sessions/revocation_sync/forgotten_tokens.rs` drops the fan's token.

mod listener;
mod photos;
mod profile;
mod requests;
mod run;
mod unfollowed;

use serde::{Deserialize, Serialize};

pub use self::{
    listener::{ErasedFan, ErasureListener, ErasureListeners},
    requests::{ErasureRequest, Requested},
    unfollowed::UnfollowedFans,
};
use crate::{
    domain::{AvatarId, Clock, OpenId, OpenIdHash, Random, ReceiptId, TimeZone},
    repositories::{
        AccountSecretsRepository, AuditLogRepository, DailyCountsRepository, ErasureReceiptsRepository, FansRepository,
        PushReceiptsRepository, RepositoryError, SecretUse, SessionRevocationsRepository, Transaction,
    },
    services::{
        jobs::{JobFailure, Jobs},
        photos::PhotoRemoval,
        web_tokens::WebTokens,
    },
    telemetry::erasures::ErasureMetrics,
};

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
    /// How many photos. Receipts of older versions do not say it.
    #[serde(default)]
    pub photos: usize,
    /// The copy of the avatar.
    #[serde(default)]
    pub avatar: bool,
}

/// Without the openid: the row is gone, and the job must not bring it back.
#[derive(Serialize, Deserialize)]
struct Payload {
    receipt: String,
    /// The copy of the avatar, which the row does not name any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    avatar: Option<String>,
    /// How many photos nobody sees any more.
    #[serde(default)]
    photos: usize,
}

impl Payload {
    fn new(receipt: ReceiptId, avatar: Option<AvatarId>, photos: usize) -> Self {
        Self {
            receipt: receipt.to_string(),
            avatar: avatar.map(|avatar| avatar.to_string()),
            photos,
        }
    }
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
    /// What is kept of pushes for some minutes.
    pub push_receipts: PushReceiptsRepository,
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
    /// The photos.
    pub photos: PhotoRemoval,
    /// Told of each fan who is erased.
    pub listeners: ErasureListeners,
    /// How many were asked for, and how long they took.
    pub metrics: ErasureMetrics,
    /// Dates the receipts.
    pub clock: Clock,
    /// For the receipts' numbers and the secret.
    pub random: Random,
}

impl Erasure {
    /// The hash by which receipts, jobs and what else is kept for a while name an openid: an erasure drops them by it. Makes
    /// the account's secret if there is none.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn openid_hash(&self, tx: &mut Transaction<'_>, openid: &OpenId) -> Result<OpenIdHash, RepositoryError> {
        let now = self.clock.now();
        let secret = self
            .secrets
            .find_or_make(tx, SecretUse::ErasureReceipts, &self.random, now)?;
        OpenIdHash::new(&secret, openid)
            .ok_or_else(|| RepositoryError::Other("the account's secret cannot hash an openid".into()))
    }

    /// The present moment in milliseconds since 1970.
    fn now_ms(&self) -> i64 {
        i64::try_from(self.clock.now_precise().as_millis()).unwrap_or(i64::MAX)
    }
}

fn receipt_of(payload: &str) -> Option<ReceiptId> {
    let payload: Payload = serde_json::from_str(payload).ok()?;
    ReceiptId::parse(&payload.receipt).ok()
}

fn to_json(value: &impl Serialize) -> Result<String, RepositoryError> {
    serde_json::to_string(value).map_err(|error| RepositoryError::Other(error.into()))
}

/// The avatar whose copy a job is to remove.
fn avatar_named(payload: &str) -> Option<AvatarId> {
    let payload: Payload = serde_json::from_str(payload).ok()?;
    AvatarId::parse(&payload.avatar?).ok()
}

fn photos_of(payload: &str) -> usize {
    serde_json::from_str(payload).map_or(0, |payload: Payload| payload.photos)
}

/// What a receipt says where a job says which it is.
fn receipt_named(payload: &str) -> Result<ReceiptId, JobFailure> {
    receipt_of(payload).ok_or_else(|| JobFailure::new("the job names no receipt"))
}

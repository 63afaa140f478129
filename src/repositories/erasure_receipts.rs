//! The table `erasure_receipts`.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::{
    AnyConnection, Database, RepositoryError, Transaction,
    schema::erasure_receipts,
    time::{from_column, to_column},
};
use crate::domain::{AppId, ErasedSince, ErasureReason, OpenIdHash, ProfileErasure, ReceiptId, Timestamp};

/// The receipts of one account's erasures.
#[derive(Debug, Clone)]
pub struct ErasureReceiptsRepository {
    database: Database,
    app_id: AppId,
}

/// A receipt that is to be written.
#[derive(Debug, Clone)]
pub struct NewReceipt {
    /// Its number.
    pub id: ReceiptId,
    /// Why something is erased.
    pub reason: ErasureReason,
    /// Recognises the fan's logins that began before.
    pub openid_hash: OpenIdHash,
    /// When the erasure was asked for.
    pub requested_at: Timestamp,
    /// The same moment, in milliseconds since 1970.
    pub requested_at_ms: i64,
}

/// A stored receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Why something was to be erased. None: another version's reason.
    pub reason: Option<ErasureReason>,
    /// The hash of the fan's openid.
    pub openid_hash: String,
    /// When the erasure was asked for.
    pub requested_at: Timestamp,
    /// None while something is left to erase.
    pub finished_at: Option<Timestamp>,
    /// What was erased, as JSON.
    pub removed: Option<String>,
}

impl ErasureReceiptsRepository {
    /// The receipts of `app_id` in `database`.
    pub fn new(database: Database, app_id: AppId) -> Self {
        Self { database, app_id }
    }

    /// Writes a receipt of an erasure that is not finished.
    pub fn add(&self, tx: &mut Transaction<'_>, receipt: &NewReceipt) -> Result<(), RepositoryError> {
        let row = (
            erasure_receipts::id.eq(receipt.id.to_string()),
            erasure_receipts::app_id.eq(self.app_id.as_str()),
            erasure_receipts::reason.eq(receipt.reason.as_str()),
            erasure_receipts::openid_hash.eq(receipt.openid_hash.as_str()),
            erasure_receipts::requested_at.eq(to_column(receipt.requested_at)?),
            erasure_receipts::requested_at_ms.eq(receipt.requested_at_ms),
        );
        diesel::insert_into(erasure_receipts::table)
            .values(&row)
            .execute(tx.connection())?;
        Ok(())
    }

    /// Completes a receipt. Returns why and when, in milliseconds since 1970, its erasure was asked for. None: another version
    /// wrote it.
    pub fn finish(
        &self,
        tx: &mut Transaction<'_>,
        id: ReceiptId,
        now: Timestamp,
        removed: &str,
    ) -> Result<Option<(ErasureReason, i64)>, RepositoryError> {
        let connection = tx.connection();
        let row = erasure_receipts::table.filter(erasure_receipts::id.eq(id.to_string()));
        let row = row.filter(erasure_receipts::app_id.eq(self.app_id.as_str()));
        let finished = (
            erasure_receipts::finished_at.eq(to_column(now)?),
            erasure_receipts::removed.eq(removed),
        );
        diesel::update(row.clone()).set(finished).execute(connection)?;
        let asked = row.select((erasure_receipts::reason, erasure_receipts::requested_at_ms));
        let asked: Option<(String, i64)> = asked.first(connection).optional()?;
        Ok(asked.and_then(|(reason, millis)| Some((ErasureReason::parse(&reason)?, millis))))
    }

    /// Completes the receipts of this fan's nickname and avatar, and of photos alone, because the whole fan is erased.
    pub fn finish_partial(
        &self,
        tx: &mut Transaction<'_>,
        openid_hash: &OpenIdHash,
        now: Timestamp,
        removed: &str,
    ) -> Result<(), RepositoryError> {
        let of_fan = erasure_receipts::table.filter(erasure_receipts::app_id.eq(self.app_id.as_str()));
        let of_fan = of_fan.filter(erasure_receipts::openid_hash.eq(openid_hash.as_str()));
        let partial = ErasureReason::PARTIAL.map(ErasureReason::as_str);
        let of_fan = of_fan.filter(erasure_receipts::reason.eq_any(partial));
        let finished = (
            erasure_receipts::finished_at.eq(to_column(now)?),
            erasure_receipts::removed.eq(removed),
        );
        diesel::update(of_fan.filter(erasure_receipts::finished_at.is_null()))
            .set(finished)
            .execute(tx.connection())?;
        Ok(())
    }

    /// What of this fan was asked to be erased at `millis` since 1970 or later.
    pub fn erased_since(
        &self,
        tx: &mut Transaction<'_>,
        openid_hash: &OpenIdHash,
        millis: i64,
    ) -> Result<ErasedSince, RepositoryError> {
        let of_fan = erasure_receipts::table.filter(erasure_receipts::app_id.eq(self.app_id.as_str()));
        let of_fan = of_fan.filter(erasure_receipts::openid_hash.eq(openid_hash.as_str()));
        let since = of_fan.filter(erasure_receipts::requested_at_ms.ge(millis));
        let reasons: Vec<String> = since.select(erasure_receipts::reason).load(tx.connection())?;
        let of = |reason: &String| match ErasureReason::parse(reason) {
            Some(ErasureReason::Cleaned) => ErasedSince::Profile(ProfileErasure::Cleaned),
            // They say nothing about who may sign in.
            Some(ErasureReason::Photos) => ErasedSince::Nothing,
            Some(ErasureReason::Withdrawn) => ErasedSince::Profile(ProfileErasure::Withdrawn),
            _ => ErasedSince::Fan,
        };
        Ok(reasons.iter().map(of).max().unwrap_or(ErasedSince::Nothing))
    }

    /// The newest receipt of an erasure that this fan asked for at `since` or later.
    pub async fn newest_of_fan(
        &self,
        openid_hash: &OpenIdHash,
        since: Timestamp,
    ) -> Result<Option<ReceiptId>, RepositoryError> {
        let (app_id, hash, since) = (self.app_id.to_string(), openid_hash.clone(), to_column(since)?);
        let find = move |connection: &mut AnyConnection| {
            let of_fan = erasure_receipts::table.filter(erasure_receipts::app_id.eq(&app_id));
            let of_fan = of_fan.filter(erasure_receipts::openid_hash.eq(hash.as_str()));
            let of_fan = of_fan.filter(erasure_receipts::reason.eq(ErasureReason::Fan.as_str()));
            let newest = of_fan
                .filter(erasure_receipts::requested_at.ge(since))
                .order(erasure_receipts::requested_at_ms.desc());
            let id: Option<String> = newest.select(erasure_receipts::id).first(connection).optional()?;
            let id = id.map(|id| ReceiptId::parse(&id));
            id.transpose().map_err(|error| RepositoryError::Corrupt(error.into()))
        };
        self.database.run_repeatable(find).await
    }

    /// The receipt with this number.
    pub async fn find(&self, id: ReceiptId) -> Result<Option<Receipt>, RepositoryError> {
        let app_id = self.app_id.to_string();
        let find = move |connection: &mut AnyConnection| {
            let row = erasure_receipts::table.filter(erasure_receipts::id.eq(id.to_string()));
            let row = row.filter(erasure_receipts::app_id.eq(&app_id));
            let row = row.select((
                erasure_receipts::reason,
                erasure_receipts::openid_hash,
                erasure_receipts::requested_at,
                erasure_receipts::finished_at,
                erasure_receipts::removed,
            ));
            Ok(row.first(connection).optional()?.map(read))
        };
        self.database.run_repeatable(find).await
    }
}

type Row = (
    String,
    String,
    PrimitiveDateTime,
    Option<PrimitiveDateTime>,
    Option<String>,
);

fn read((reason, openid_hash, requested_at, finished_at, removed): Row) -> Receipt {
    Receipt {
        reason: ErasureReason::parse(&reason),
        openid_hash,
        requested_at: from_column(requested_at),
        finished_at: finished_at.map(from_column),
        removed,
    }
}

//! The table `push_receipts`: the pushes of the last minutes and their answers, so that a repeated one causes nothing twice.

use diesel::prelude::*;

use super::{
    AnyConnection, Database, RepositoryError, Transaction, connection::insert_unless_present, schema::push_receipts,
    time::to_column,
};
use crate::domain::{AppId, PushHash, Timestamp};

/// A push to be written down.
#[derive(Debug, Clone, Copy)]
pub struct NewPushReceipt<'a> {
    /// A keyed hash of what tells it from others.
    pub hash: &'a PushHash,
    /// A keyed hash of the openid.
    pub subject: Option<&'a str>,
    /// The answer, sealed. None: it is not known yet.
    pub answer: Option<&'a str>,
    /// From when on the row is removed.
    pub expires_at: Timestamp,
}

/// The receipts of one account's pushes.
#[derive(Debug, Clone)]
pub struct PushReceiptsRepository {
    database: Database,
    app_id: AppId,
}

impl PushReceiptsRepository {
    /// The receipts of `app_id` in `database`.
    pub fn new(database: Database, app_id: AppId) -> Self {
        Self { database, app_id }
    }

    /// The database, for a transaction.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Writes a receipt, unless there is one of this push. Returns whether it did.
    pub fn add(&self, tx: &mut Transaction<'_>, receipt: &NewPushReceipt<'_>) -> Result<bool, RepositoryError> {
        let row = (
            push_receipts::app_id.eq(self.app_id.as_str()),
            push_receipts::hash.eq(receipt.hash.as_str()),
            push_receipts::subject.eq(receipt.subject),
            push_receipts::answer.eq(receipt.answer),
            push_receipts::expires_at.eq(to_column(receipt.expires_at)?),
        );
        insert_unless_present!(tx.connection(), push_receipts::table, &row)
    }

    /// The sealed answer to a push; empty after an erasure. None: there is none yet, or no receipt.
    pub async fn answer(&self, hash: &PushHash) -> Result<Option<String>, RepositoryError> {
        let (app_id, hash) = (self.app_id.to_string(), hash.clone());
        let query = move |connection: &mut AnyConnection| {
            let row = push_receipts::table.find((&app_id, hash.as_str()));
            let answer: Option<Option<String>> = row.select(push_receipts::answer).first(connection).optional()?;
            Ok(answer.flatten())
        };
        self.database.run_repeatable(query).await
    }

    /// Stores the sealed answer to a push, if there is none yet.
    pub async fn set_answer(&self, hash: &PushHash, answer: String) -> Result<(), RepositoryError> {
        let (app_id, hash) = (self.app_id.to_string(), hash.clone());
        let update = move |connection: &mut AnyConnection| {
            let row = push_receipts::table.filter(push_receipts::app_id.eq(&app_id));
            let row = row.filter(push_receipts::hash.eq(hash.as_str()));
            let row = row.filter(push_receipts::answer.is_null());
            diesel::update(row)
                .set(push_receipts::answer.eq(&answer))
                .execute(connection)?;
            Ok(())
        };
        self.database.run_repeatable(update).await
    }

    /// Empties the receipts of a fan's pushes. The rows stay: a push that is repeated after an erasure must cause nothing.
    pub fn empty_of_subject(&self, tx: &mut Transaction<'_>, subject: &str) -> Result<usize, RepositoryError> {
        let rows = push_receipts::table.filter(push_receipts::app_id.eq(self.app_id.as_str()));
        let rows = rows.filter(push_receipts::subject.eq(subject));
        let empty = (push_receipts::subject.eq(None::<String>), push_receipts::answer.eq(""));
        Ok(diesel::update(rows).set(empty).execute(tx.connection())?)
    }

    /// Removes what expired before `now`.
    pub async fn purge(&self, now: Timestamp) -> Result<usize, RepositoryError> {
        let (app_id, now) = (self.app_id.to_string(), to_column(now)?);
        let purge = move |connection: &mut AnyConnection| {
            let old = push_receipts::table.filter(push_receipts::app_id.eq(&app_id));
            let old = old.filter(push_receipts::expires_at.le(now));
            Ok(diesel::delete(old).execute(connection)?)
        };
        self.database.run_repeatable(purge).await
    }
}

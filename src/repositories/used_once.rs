//! The table `used_once`: what must happen only once is decided by an insert.

use diesel::prelude::*;

use super::{
    AnyConnection, Database, RepositoryError, Transaction, connection::insert_unless_present, schema::used_once,
    time::to_column,
};
use crate::domain::{AppId, Timestamp};

/// What is used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsedOnceKind {
    /// The timestamp and nonce of a push.
    PushNonce,
}

impl UsedOnceKind {
    const fn name(self) -> &'static str {
        match self {
            Self::PushNonce => "push_nonce",
        }
    }
}

/// A use.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// What is used.
    pub kind: UsedOnceKind,
    /// A keyed hash of it, of 64 digits.
    pub hash: &'a str,
    /// A keyed hash of what it is used for.
    pub result: &'a str,
    /// From when on the row is removed.
    pub expires_at: Timestamp,
}

/// What an account used.
#[derive(Debug, Clone)]
pub struct UsedOnceRepository {
    database: Database,
    app_id: AppId,
}

impl UsedOnceRepository {
    /// What `app_id` used, in `database`.
    pub fn new(database: Database, app_id: AppId) -> Self {
        Self { database, app_id }
    }

    /// Uses something. Returns what it was used for before: `None` if this is the first time.
    pub fn take(&self, tx: &mut Transaction<'_>, one: &Use<'_>) -> Result<Option<String>, RepositoryError> {
        let row = (
            used_once::app_id.eq(self.app_id.as_str()),
            used_once::kind.eq(one.kind.name()),
            used_once::hash.eq(one.hash),
            used_once::result.eq(one.result),
            used_once::expires_at.eq(to_column(one.expires_at)?),
        );
        if insert_unless_present!(tx.connection(), used_once::table, &row)? {
            return Ok(None);
        }
        let row = used_once::table.find((self.app_id.as_str(), one.kind.name(), one.hash));
        let result: String = row.select(used_once::result).first(tx.connection())?;
        Ok(Some(result))
    }

    /// Removes what expired before `now`.
    pub async fn purge(&self, now: Timestamp) -> Result<usize, RepositoryError> {
        let (app_id, now) = (self.app_id.to_string(), to_column(now)?);
        let purge = move |connection: &mut AnyConnection| {
            let old = used_once::table.filter(used_once::app_id.eq(&app_id));
            let old = old.filter(used_once::expires_at.le(now));
            Ok(diesel::delete(old).execute(connection)?)
        };
        self.database.run_repeatable(purge).await
    }
}

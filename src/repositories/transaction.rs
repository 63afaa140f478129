//! Transactions. A service owns the closure; the repositories' functions that take part get the [`Transaction`].

#[cfg(any(feature = "sqlite", feature = "postgres"))]
use diesel::connection::AnsiTransactionManager;
use diesel::{Connection, QueryResult, connection::TransactionManager};

use super::{AnyConnection, RepositoryError};

/// An open transaction. Only repositories see the connection.
pub struct Transaction<'a>(&'a mut AnyConnection);

impl Transaction<'_> {
    /// The connection that the transaction is open on.
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        self.0
    }
}

/// How far a transaction came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// `COMMIT` was not sent, so nothing was changed.
    BeforeCommit,
    /// `COMMIT` was sent. If the connection was lost, nobody knows whether it took effect.
    CommitSent,
}

/// Runs `work` in a transaction once, and says how far it came.
pub(super) fn attempt<T>(
    connection: &mut AnyConnection,
    work: impl Fn(&mut Transaction<'_>) -> Result<T, RepositoryError>,
) -> (Stage, Result<T, RepositoryError>) {
    if let Err(error) = begin(connection) {
        return (Stage::BeforeCommit, Err(error.into()));
    }
    match work(&mut Transaction(connection)) {
        Ok(done) => {
            let committed = Manager::commit_transaction(connection);
            (Stage::CommitSent, committed.map(|()| done).map_err(Into::into))
        }
        Err(error) => {
            // If this fails, the connection is lost or Diesel regards it as broken. Then the server rolls back.
            let _ = Manager::rollback_transaction(connection);
            (Stage::BeforeCommit, Err(error))
        }
    }
}

type Manager = <AnyConnection as Connection>::TransactionManager;

/// SQLite gets the write lock at once. A transaction that reads first would fail if another one writes meanwhile. The others
/// read what is committed at the time of each statement, whatever the server's default is: a registration that waited for an
/// erasure must see it. MySQL's connections are set up so.
fn begin(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(own) => AnsiTransactionManager::begin_transaction_sql(own, "BEGIN IMMEDIATE"),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(own) => {
            AnsiTransactionManager::begin_transaction_sql(own, "BEGIN ISOLATION LEVEL READ COMMITTED")
        }
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(_) => Manager::begin_transaction(connection),
    }
}

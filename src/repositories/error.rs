use std::{error::Error, io};

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::telemetry::database::DatabaseOutcome;

type Source = Box<dyn Error + Send + Sync>;

/// A query that was not answered.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// The database cannot be reached, is overloaded, or cannot write at present. Later it may work again.
    #[error("the database is not available")]
    Unavailable(#[source] Source),
    /// Another row already holds a value that must be unique.
    #[error("the row would be a double")]
    Conflict(#[source] Source),
    /// A stored row does not have the form that it should have.
    #[error("a stored row is corrupt")]
    Corrupt(#[source] Source),
    /// Anything else: a missing table, a wrong statement.
    #[error("the database refused a query")]
    Other(#[source] Source),
}

impl RepositoryError {
    pub(super) fn unavailable(source: impl Into<Source>) -> Self {
        Self::Unavailable(source.into())
    }

    pub(super) fn corrupt(source: impl Into<Source>) -> Self {
        Self::Corrupt(source.into())
    }

    pub(super) fn other(source: impl Into<Source>) -> Self {
        Self::Other(source.into())
    }

    /// The kind in the metrics.
    pub const fn outcome(&self) -> DatabaseOutcome {
        match self {
            Self::Unavailable(_) => DatabaseOutcome::Unavailable,
            Self::Conflict(_) => DatabaseOutcome::Conflict,
            Self::Corrupt(_) => DatabaseOutcome::Corrupt,
            Self::Other(_) => DatabaseOutcome::Other,
        }
    }

    /// Whether the server answers but does not write: it is not the primary any more, or its disk or operator keeps it
    /// from writing.
    pub(super) fn is_read_only(&self) -> bool {
        let Self::Unavailable(source) = self else {
            return false;
        };
        source.is::<ReadOnly>() || source.downcast_ref::<DieselError>().is_some_and(refuses_to_write)
    }

    /// Whether the role of `DATABASE_URL` lacks a right for it, told by MySQL, or by PostgreSQL in English or Chinese.
    pub fn is_denied(&self) -> bool {
        const TEXTS: [&str; 3] = ["command denied", "permission denied", "权限不够"];
        let Self::Other(source) = self else {
            return false;
        };
        let Some(DieselError::DatabaseError(_, information)) = source.downcast_ref() else {
            return false;
        };
        TEXTS.iter().any(|text| information.message().contains(text))
    }

    /// The same failure of a server whose messages are in another language than English. Passing failures are known by
    /// their texts, for Diesel hides the SQLSTATE of most; there it counts whether the server blames the statement, by
    /// naming a place in it or what it is about. What it does not blame on it (a full disk, a limit of time, a lock, an
    /// administrator) may pass.
    pub(super) fn of_translated_server(self) -> Self {
        match self {
            Self::Other(source) if source.downcast_ref::<DieselError>().is_some_and(blames_nothing) => {
                Self::Unavailable(source)
            }
            other => other,
        }
    }

    /// The same failure, once it is known that its connection was lost.
    pub(super) fn into_unavailable(self) -> Self {
        let (Self::Unavailable(source) | Self::Conflict(source) | Self::Corrupt(source) | Self::Other(source)) = self;
        Self::Unavailable(source)
    }
}

impl From<DieselError> for RepositoryError {
    fn from(error: DieselError) -> Self {
        use DatabaseErrorKind as Kind;
        match &error {
            DieselError::DatabaseError(Kind::UniqueViolation, _) => Self::Conflict(error.into()),
            DieselError::DatabaseError(
                Kind::ClosedConnection
                | Kind::UnableToSendCommand
                | Kind::SerializationFailure
                | Kind::ReadOnlyTransaction,
                _,
            )
            | DieselError::BrokenTransactionManager => Self::Unavailable(error.into()),
            DieselError::DatabaseError(_, information) if information.message().contains("__diesel_stmt_") => {
                Self::Unavailable(LostStatement(error).into())
            }
            DieselError::DatabaseError(_, information) if will_pass(information.message()) => {
                Self::Unavailable(error.into())
            }
            DieselError::DeserializationError(_) => Self::Corrupt(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

/// PostgreSQL's 25006 and MySQL's 1792 have a kind; MySQL's 1290 and 1836 are known by their texts.
fn refuses_to_write(error: &DieselError) -> bool {
    use DatabaseErrorKind as Kind;
    match error {
        DieselError::DatabaseError(Kind::ReadOnlyTransaction, _) => true,
        DieselError::DatabaseError(_, information) => {
            let message = information.message();
            ["-read-only option", "read-only mode"]
                .iter()
                .any(|text| message.contains(text))
        }
        _ => false,
    }
}

/// A right that is denied names nothing either; it is known by its words in Chinese.
fn blames_nothing(error: &DieselError) -> bool {
    let DieselError::DatabaseError(DatabaseErrorKind::Unknown, information) = error else {
        return false;
    };
    let named = [
        information.table_name(),
        information.column_name(),
        information.constraint_name(),
    ];
    let is_denied = information.message().contains("权限不够");
    !is_denied && information.statement_position().is_none() && named.iter().all(Option::is_none)
}

/// A prepared statement is not there any more, or met where it was never prepared.
#[derive(Debug, thiserror::Error)]
#[error(
    "prepared statements are lost, as behind PgBouncer in transaction mode: set `database.prepared_statements = false`"
)]
struct LostStatement(#[source] DieselError);

/// The server answers and says that it does not write.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct ReadOnly(pub(super) String);

/// Failures that Diesel gives no kind of their own. SQLite's texts are fixed, and MySQL is told to speak English; for
/// PostgreSQL, which is told so only by a superuser, see [`RepositoryError::of_translated_server`].
fn will_pass(message: &str) -> bool {
    const PASSING: [&str; 29] = [
        "database is locked",
        "database table is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        "attempt to write a readonly database",
        "No space left on device",
        // PostgreSQL; the first is 53xxx, of which a full disk has the text above.
        "out of shared memory",
        "out of memory",
        "remaining connection slots are reserved",
        "canceling statement due to",
        "terminating connection",
        "could not obtain lock on",
        // In Chinese too, for here a place in the statement is named: a lock's time, a lock, a deadlock.
        "锁超时",
        "上获得锁",
        "检测到死锁",
        // MySQL and MariaDB, in this order: gone, busy, cannot write.
        "erver has gone away",
        "Lost connection to",
        "Connection was killed",
        "Server shutdown in progress",
        "disconnected by the server",
        "has not yet prepared node",
        "Too many connections",
        "Lock wait timeout exceeded",
        "Query execution was interrupted",
        "-read-only option",
        "read-only mode",
        "Disk full",
        "is full",
    ];
    PASSING.iter().any(|text| message.contains(text))
}

/// A `DATABASE_URL` that cannot be used. The text never repeats the URL.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// No backend has this scheme.
    #[error("DATABASE_URL must begin with one of {known}, not with {scheme:?}")]
    UnknownScheme {
        /// What stands before the first colon.
        scheme: String,
        /// The schemes of all backends.
        known: &'static str,
    },
    /// The backend was left out of this build.
    #[error("this build has no {backend}: build with --features {feature}")]
    NotInThisBuild {
        /// The backend's name.
        backend: &'static str,
        /// The cargo feature that brings it.
        feature: &'static str,
    },
    /// The URL does not have the form that its backend takes.
    #[error("DATABASE_URL {0}")]
    Malformed(&'static str),
    /// The server can be asked, and what it is or how it is reached must be mended before it can serve fans.
    #[error("{0}")]
    Unfit(String),
    /// The file of an SQLite database cannot be used.
    #[error("the SQLite database {path:?} cannot be opened")]
    Path {
        /// The file or its folder.
        path: String,
        /// Why not.
        source: io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_kind(kind: DatabaseErrorKind, message: &str) -> RepositoryError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn errors_are_classed_by_kind_and_passing_ones_by_text() {
        use DatabaseErrorKind as Kind;
        use RepositoryError as Class;
        assert!(matches!(of_kind(Kind::UniqueViolation, ""), Class::Conflict(_)));
        assert!(matches!(of_kind(Kind::ClosedConnection, ""), Class::Unavailable(_)));
        assert!(matches!(
            of_kind(Kind::Unknown, "database is locked"),
            Class::Unavailable(_)
        ));
        assert!(matches!(
            of_kind(Kind::Unknown, "canceling statement due to statement timeout"),
            Class::Unavailable(_)
        ));
        assert!(matches!(
            of_kind(Kind::Unknown, "no such table: fans_profiles"),
            Class::Other(_)
        ));
        assert!(matches!(of_kind(Kind::NotNullViolation, ""), Class::Other(_)));
    }

    #[test]
    fn a_server_that_does_not_write_is_told_from_one_that_is_away() {
        use DatabaseErrorKind as Kind;
        let of_text = |text| of_kind(Kind::Unknown, text).is_read_only();
        assert!(of_kind(Kind::ReadOnlyTransaction, "").is_read_only());
        for text in [
            "The MariaDB server is running with the --read-only option so it cannot execute this statement",
            "The MySQL server is running with the --super-read-only option so it cannot execute this statement",
            "Running in read-only mode",
        ] {
            assert!(of_text(text), "{text}");
        }
        assert!(RepositoryError::unavailable(ReadOnly(String::new())).is_read_only());
        for text in ["Lock wait timeout exceeded", "The table is full", "no such table"] {
            assert!(!of_text(text), "{text}");
        }
        // A file that must not be written stays the same file, whoever opens it.
        assert!(!of_text("attempt to write a readonly database"));
    }
}

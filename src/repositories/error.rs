mod diesel_texts;

use std::error::Error;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use self::diesel_texts::{blames_nothing, is_deadlock, is_denied, is_lost_statement, is_temporary, refuses_to_write};
use crate::telemetry::database::DatabaseOutcome;

type Source = Box<dyn Error + Send + Sync>;

/// Why a query failed.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// The database cannot be reached, is overloaded, or cannot write at present. A later attempt may succeed.
    #[error("the database is not available")]
    Unavailable(#[source] Source),
    /// Another row already has a value that must be unique.
    #[error("the row would be a double")]
    Conflict(#[source] Source),
    /// A stored row is malformed.
    #[error("a stored row is corrupt")]
    Corrupt(#[source] Source),
    /// Anything else, for instance a missing table or a wrong statement.
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

    /// The label in the metrics.
    pub const fn outcome(&self) -> DatabaseOutcome {
        match self {
            Self::Unavailable(_) => DatabaseOutcome::Unavailable,
            Self::Conflict(_) => DatabaseOutcome::Conflict,
            Self::Corrupt(_) => DatabaseOutcome::Corrupt,
            Self::Other(_) => DatabaseOutcome::Other,
        }
    }

    /// Whether the server responds but does not write: it is no longer the primary, its disk is faulty, or an operator made
    /// it read-only.
    pub(super) fn is_read_only(&self) -> bool {
        let Self::Unavailable(source) = self else {
            return false;
        };
        source.is::<ReadOnly>() || source.downcast_ref::<DieselError>().is_some_and(refuses_to_write)
    }

    /// Whether the server undid the whole transaction because of others at the same time, so that it may be repeated.
    pub(super) fn is_rolled_back(&self) -> bool {
        let Self::Unavailable(source) = self else {
            return false;
        };
        source.downcast_ref::<DieselError>().is_some_and(is_deadlock)
    }

    /// Whether the role of `DATABASE_URL` lacks a right. Recognised for MySQL, and for PostgreSQL in English and Chinese.
    pub fn is_denied(&self) -> bool {
        let Self::Other(source) = self else {
            return false;
        };
        source.downcast_ref::<DieselError>().is_some_and(is_denied)
    }

    /// The same failure for a server whose messages are not in English. Temporary failures are recognised by their texts,
    /// because Diesel hides the SQLSTATE of most. For other languages it counts whether the server blames the statement, by
    /// naming a position in it or an object. Failures that it does not blame on the statement (a full disk, a time limit, a
    /// lock, an administrator) count as temporary.
    pub(super) fn of_translated_server(self) -> Self {
        match self {
            Self::Other(source) if source.downcast_ref::<DieselError>().is_some_and(blames_nothing) => {
                Self::Unavailable(source)
            }
            other => other,
        }
    }

    /// The same failure after its connection turned out to be lost.
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
            DieselError::DatabaseError(_, information) if is_lost_statement(information.message()) => {
                Self::Unavailable(LostStatement(error).into())
            }
            DieselError::DatabaseError(_, information) if is_temporary(information.message()) => {
                Self::Unavailable(error.into())
            }
            DieselError::DeserializationError(_) => Self::Corrupt(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

/// A prepared statement is missing, or exists where it was never prepared.
#[derive(Debug, thiserror::Error)]
#[error(
    "prepared statements are lost, as behind PgBouncer in transaction mode: set `database.prepared_statements = false`"
)]
struct LostStatement(#[source] DieselError);

/// The server responds that it does not write.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct ReadOnly(pub(super) String);

#[cfg(test)]
mod tests {
    use super::*;

    fn of_kind(kind: DatabaseErrorKind, message: &str) -> RepositoryError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn errors_are_classed_by_kind_and_temporary_ones_by_text() {
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
    fn a_deadlock_and_a_serialization_failure_may_be_repeated_and_a_lock_that_took_too_long_may_not() {
        use DatabaseErrorKind as Kind;
        let of_text = |text| of_kind(Kind::Unknown, text).is_rolled_back();
        assert!(of_kind(Kind::SerializationFailure, "").is_rolled_back());
        assert!(of_text("deadlock detected") && of_text("检测到死锁"));
        for text in ["Lock wait timeout exceeded", "database is locked", "no such table"] {
            assert!(!of_text(text), "{text}");
        }
        assert!(!of_kind(Kind::UniqueViolation, "deadlock detected").is_rolled_back());
    }

    #[test]
    fn a_read_only_server_is_distinguished_from_one_that_is_away() {
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
        // A read-only file stays read-only for every connection.
        assert!(!of_text("attempt to write a readonly database"));
    }
}

//! Recognises errors by the servers' texts where Diesel has no kind for them.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// PostgreSQL's 25006 and MySQL's 1792 have a kind. MySQL's 1290 and 1836 are recognised by their texts.
pub fn refuses_to_write(error: &DieselError) -> bool {
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

/// MySQL's 1213 and PostgreSQL's 40001 have a kind. PostgreSQL's 40P01 is recognised by its text in English and Chinese.
pub fn is_deadlock(error: &DieselError) -> bool {
    const TEXTS: [&str; 2] = ["deadlock detected", "检测到死锁"];
    use DatabaseErrorKind as Kind;
    match error {
        DieselError::DatabaseError(Kind::SerializationFailure, _) => true,
        DieselError::DatabaseError(Kind::Unknown, information) => {
            TEXTS.iter().any(|text| information.message().contains(text))
        }
        _ => false,
    }
}

/// A denied right names nothing either, so it is recognised by its Chinese text.
pub fn blames_nothing(error: &DieselError) -> bool {
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

/// Whether a failure without a kind is temporary. SQLite's texts are fixed, and MySQL is set to English. PostgreSQL is only
/// for a superuser; for other languages see `RepositoryError::of_translated_server`.
pub fn is_temporary(message: &str) -> bool {
    const PASSING: [&str; 30] = [
        "database is locked",
        "database table is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        "attempt to write a readonly database",
        "No space left on device",
        // PostgreSQL. The first is of class 53; a full disk of that class has the text above.
        "out of shared memory",
        "out of memory",
        "remaining connection slots are reserved",
        "canceling statement due to",
        "terminating connection",
        "could not obtain lock on",
        "deadlock detected",
        // In Chinese too, because these name a position in the statement: a lock's time limit, a lock, a deadlock.
        "锁超时",
        "上获得锁",
        "检测到死锁",
        // MySQL and MariaDB, in this order: away, busy, cannot write.
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

/// Whether a prepared statement is missing, or exists where it was never prepared. The text contains Diesel's name for it.
pub fn is_lost_statement(message: &str) -> bool {
    message.contains("__diesel_stmt_")
}

/// Whether the role lacks a right. Recognised for MySQL, and for PostgreSQL in English and Chinese.
pub fn is_denied(error: &DieselError) -> bool {
    const TEXTS: [&str; 3] = ["command denied", "permission denied", "权限不够"];
    let DieselError::DatabaseError(_, information) = error else {
        return false;
    };
    TEXTS.iter().any(|text| information.message().contains(text))
}

use diesel::{MysqlConnection, connection::SimpleConnection, result::Error as DieselError};

use super::{
    Findings,
    rights::{self, NEEDED, Right},
};
use crate::repositories::RepositoryError;

/// The rights that this user lacks to use the tables and, if `makes_tables`, to create them.
pub fn check(connection: &mut MysqlConnection, makes_tables: bool) -> Result<Findings, RepositoryError> {
    let mut lacking = Vec::new();
    for right in NEEDED {
        if is_denied(connection, &statement(right))? {
            lacking.push(right);
        }
    }
    let mut found = rights::findings(&lacking);
    if makes_tables && is_denied(connection, "CREATE TABLE fanpass_check (id INT)")? {
        found.faults.push(
            "migrations are to run at the start, and the user of DATABASE_URL may not make tables: run `fanpass migrate` \
             as one that may, or grant it CREATE"
                .to_owned(),
        );
    }
    Ok(found)
}

/// A statement that needs this right, on a column that is really used, because rights may be limited to columns. It is never
/// executed.
fn statement((table, privilege): Right) -> String {
    match (privilege, table) {
        ("INSERT", _) => format!("INSERT INTO {table} (app_id) VALUES (NULL)"),
        ("UPDATE", "sign_out_epochs") => format!("UPDATE {table} SET epoch = NULL"),
        ("UPDATE", "audit_log" | "audit_chain") => format!("UPDATE {table} SET hash = NULL"),
        ("UPDATE", "daily_counts") => format!("UPDATE {table} SET count = NULL"),
        ("UPDATE", "daily_count_writers") => format!("UPDATE {table} SET sequence = NULL"),
        ("UPDATE", "jobs") => format!("UPDATE {table} SET run_at = NULL"),
        ("UPDATE", "erasure_receipts") => format!("UPDATE {table} SET finished_at = NULL"),
        ("UPDATE", _) => format!("UPDATE {table} SET last_login_at = NULL"),
        ("DELETE", _) => format!("DELETE FROM {table}"),
        _ => format!("SELECT app_id FROM {table}"),
    }
}

/// Whether the server refuses to prepare `statement` because a right is missing. This respects roles, name patterns and
/// columns, which are hard to read from the grants.
fn is_denied(connection: &mut MysqlConnection, statement: &str) -> Result<bool, RepositoryError> {
    let prepare = format!("PREPARE fanpass_check FROM '{statement}'");
    match connection.batch_execute(&prepare) {
        Ok(()) => Ok(connection
            .batch_execute("DEALLOCATE PREPARE fanpass_check")
            .map(|()| false)?),
        Err(error @ DieselError::DatabaseError(..)) => {
            // A missing table is reported as a missing migration.
            Ok(RepositoryError::from(error).is_denied())
        }
        Err(error) => Err(error.into()),
    }
}

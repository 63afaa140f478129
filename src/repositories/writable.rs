use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

use super::{AnyConnection, RepositoryError, error::ReadOnly};

/// On while a server recovers, as every standby does, and where the role, the database or the session is read-only.
#[cfg(feature = "postgres")]
const POSTGRES: &str = "SELECT current_setting('transaction_read_only') AS state";
/// Compared as text, for they are numbers here and words there.
#[cfg(feature = "mysql")]
const MYSQL: &str = "SELECT IF(CONCAT(@@global.read_only) IN ('0', 'OFF') \
                     AND CONCAT(@@global.innodb_read_only) IN ('0', 'OFF'), 'off', 'on') AS state";

/// What a process of its own writes is locked, not read-only; that the file itself is sound is looked at elsewhere.
#[cfg(feature = "sqlite")]
const SQLITE: &str = "SELECT 'off' AS state";

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Text)]
    state: String,
}

/// Whether the server answers and would write. Writes nothing.
///
/// # Errors
/// [`RepositoryError::Unavailable`] if it is read-only.
pub fn check(connection: &mut AnyConnection) -> Result<(), RepositoryError> {
    let answer: Answer = match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => sql_query(MYSQL).get_result(connection)?,
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => sql_query(POSTGRES).get_result(connection)?,
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(connection) => sql_query(SQLITE).get_result(connection)?,
    };
    match answer.state.as_str() {
        "off" => Ok(()),
        _ => Err(RepositoryError::unavailable(ReadOnly)),
    }
}

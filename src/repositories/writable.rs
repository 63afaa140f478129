#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::{QueryableByName, sql_types};
use diesel::{RunQueryDsl, sql_query};

use super::{AnyConnection, RepositoryError, error::ReadOnly};

/// On while a server recovers, as every standby does, and if the role, the database or the session is read-only.
#[cfg(feature = "postgres")]
const POSTGRES: &str = "SELECT pg_is_in_recovery() AS is_standby, \
     current_setting('transaction_read_only') <> 'off' AS is_read_only";

/// The variables for new sessions and for this one. Each server has some of them.
#[cfg(feature = "mysql")]
const MYSQL: [&str; 2] = [
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', 'innodb_read_only', 'tx_read_only', \
     'transaction_read_only') AND Value NOT IN ('OFF', '0', '')",
    "SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_read_only', 'transaction_read_only') \
     AND Value NOT IN ('OFF', '0', '')",
];

#[cfg(feature = "postgres")]
#[derive(QueryableByName)]
struct State {
    #[diesel(sql_type = sql_types::Bool)]
    is_standby: bool,
    #[diesel(sql_type = sql_types::Bool)]
    is_read_only: bool,
}

#[cfg(feature = "mysql")]
#[derive(QueryableByName)]
struct Variable {
    #[diesel(sql_type = sql_types::Text, column_name = "Variable_name")]
    name: String,
}

/// Whether the server responds and accepts writes. Writes nothing.
///
/// # Errors
/// [`RepositoryError::Unavailable`] if it is read-only.
pub fn check(connection: &mut AnyConnection) -> Result<(), RepositoryError> {
    match find_fault(connection)? {
        None => Ok(()),
        Some(reason) => Err(RepositoryError::unavailable(ReadOnly(reason))),
    }
}

/// Why the server accepts no writes, with a hint. None if it accepts them. SQLite may be locked by another process, but that
/// is not read-only; its file is inspected elsewhere.
pub fn find_fault(connection: &mut AnyConnection) -> Result<Option<String>, RepositoryError> {
    match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => of_mysql(connection),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => of_postgres(connection),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(connection) => {
            sql_query("SELECT 1").execute(connection)?;
            Ok(None)
        }
    }
}

#[cfg(feature = "postgres")]
fn of_postgres(connection: &mut diesel::PgConnection) -> Result<Option<String>, RepositoryError> {
    let state: State = sql_query(POSTGRES).get_result(connection)?;
    let reason = if state.is_standby {
        "the server is a standby and takes no writes: name the primary in DATABASE_URL"
    } else if state.is_read_only {
        "sessions are read-only: take default_transaction_read_only off the role, the database or DATABASE_URL, or name \
         the primary"
    } else {
        return Ok(None);
    };
    Ok(Some(reason.to_owned()))
}

#[cfg(feature = "mysql")]
fn of_mysql(connection: &mut diesel::MysqlConnection) -> Result<Option<String>, RepositoryError> {
    for question in MYSQL {
        let set: Vec<Variable> = sql_query(question).load(connection)?;
        if let Some(Variable { name }) = set.first() {
            return Ok(Some(format!(
                "the server takes no writes ({name} is on): name the primary in DATABASE_URL, or turn it off"
            )));
        }
    }
    Ok(None)
}

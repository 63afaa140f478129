use std::time::Duration;

#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::{RunQueryDsl, dsl::sql, select, sql_types::BigInt};

use super::{AnyConnection, RepositoryError};

/// Microseconds in UTC. In the session's time zone one hour may occur twice each autumn.
#[cfg(feature = "mysql")]
const MYSQL: &str = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))";
/// The time of the query. `now()` would be the start of the transaction.
#[cfg(feature = "postgres")]
const POSTGRES: &str = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";

/// The server's time since 1970-01-01T00:00:00Z. None for SQLite, which has no clock of its own.
pub fn read(connection: &mut AnyConnection) -> Result<Option<Duration>, RepositoryError> {
    match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(own) => since_unix_epoch(select(sql::<BigInt>(MYSQL)).get_result(own)?),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(own) => since_unix_epoch(select(sql::<BigInt>(POSTGRES)).get_result(own)?),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => Ok(None),
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn since_unix_epoch(microseconds: i64) -> Result<Option<Duration>, RepositoryError> {
    let microseconds = u64::try_from(microseconds).map_err(RepositoryError::other)?;
    Ok(Some(Duration::from_micros(microseconds)))
}

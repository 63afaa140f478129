#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::{RunQueryDsl, dsl::sql, select, sql_types::BigInt};
use std::time::Duration;

use super::{AnyConnection, RepositoryError};

/// What the clock of the server shows, as time since 1970-01-01T00:00:00Z. None for SQLite, which has no clock of its own.
pub fn read(connection: &mut AnyConnection) -> Result<Option<Duration>, RepositoryError> {
    let microseconds: i64 = match connection {
        // In UTC: in the session's own zone an hour comes twice each autumn.
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(connection) => select(sql::<BigInt>(
            "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(6))",
        ))
        .get_result(connection)?,
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(connection) => select(sql::<BigInt>(
            "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        ))
        .get_result(connection)?,
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => return Ok(None),
    };
    let microseconds = u64::try_from(microseconds).map_err(RepositoryError::other)?;
    Ok(Some(Duration::from_micros(microseconds)))
}

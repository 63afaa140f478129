use time::{OffsetDateTime, PrimitiveDateTime};

use super::RepositoryError;
use crate::domain::Timestamp;

/// A moment for a TIMESTAMP column: UTC, without a zone.
///
/// # Errors
/// [`RepositoryError::Other`] after the year 9999.
pub fn to_column(moment: Timestamp) -> Result<PrimitiveDateTime, RepositoryError> {
    let utc = OffsetDateTime::from_unix_timestamp(moment.unix_seconds()).map_err(RepositoryError::other)?;
    Ok(PrimitiveDateTime::new(utc.date(), utc.time()))
}

/// The moment in a TIMESTAMP column. Fractions of a second are dropped.
pub fn from_column(column: PrimitiveDateTime) -> Timestamp {
    Timestamp::from_unix_seconds(column.assume_utc().unix_timestamp())
}

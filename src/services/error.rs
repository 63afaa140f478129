use crate::repositories::RepositoryError;

/// Why a service failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database is away; a later attempt may succeed.
    #[error("the database is away: {0}")]
    DatabaseAway(#[source] RepositoryError),
    /// The database returned something unexpected.
    #[error("the database failed: {0}")]
    Database(#[source] RepositoryError),
    /// The database has been away since this process started, so it is unknown which sessions were revoked.
    #[error("which sessions were ended is not known yet: the database has been away since the start")]
    SessionsUnknown,
}

impl From<RepositoryError> for ServiceError {
    fn from(error: RepositoryError) -> Self {
        match error {
            RepositoryError::Unavailable { .. } => Self::DatabaseAway(error),
            _ => Self::Database(error),
        }
    }
}

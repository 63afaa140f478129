use crate::repositories::RepositoryError;

/// Why a service could not answer.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database is away; it may be back soon.
    #[error("the database is away: {0}")]
    DatabaseAway(#[source] RepositoryError),
    /// The database answered what it should not.
    #[error("the database failed: {0}")]
    Database(#[source] RepositoryError),
    /// The database has been away since this process began, so that nobody knows which sessions were ended.
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

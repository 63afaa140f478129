use crate::{
    domain::ErrorChain,
    repositories::RepositoryError,
    services::{ServiceError, login::LoginFailure},
};

/// Why a login has no outcome yet. Its grant is saved: reloading completes it.
pub(super) enum Interrupted {
    Service(ServiceError),
    DatabaseTimedOut,
}

impl Interrupted {
    /// Logs the cause, and returns the failure for the fan.
    pub(super) fn failure(&self) -> LoginFailure {
        match self {
            Self::Service(error) => {
                match error {
                    // The database logs an outage itself, once.
                    ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown => {
                        tracing::info!(database.error = %ErrorChain(error), "a login waits for the database")
                    }
                    ServiceError::Database(_) => {
                        tracing::error!(database.error = %ErrorChain(error), "the database failed a login")
                    }
                }
                LoginFailure::of_service(error)
            }
            Self::DatabaseTimedOut => {
                tracing::info!("the database was too slow for a login; its grant is saved");
                LoginFailure::Database
            }
        }
    }
}

impl From<RepositoryError> for Interrupted {
    fn from(error: RepositoryError) -> Self {
        Self::Service(error.into())
    }
}

use std::fmt;

use crate::{cache::CacheError, repositories::RepositoryError, services::ServiceError, storage::StorageError};

/// Why an attempt failed, for the row and the log. No secrets, no openid: causes are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobFailure(String);

impl JobFailure {
    /// A failure with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<RepositoryError> for JobFailure {
    fn from(error: RepositoryError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<CacheError> for JobFailure {
    fn from(error: CacheError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<StorageError> for JobFailure {
    fn from(error: StorageError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<ServiceError> for JobFailure {
    fn from(error: ServiceError) -> Self {
        Self::new(error.to_string())
    }
}

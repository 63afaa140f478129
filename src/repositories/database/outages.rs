//! Logs the database's outages.

use crate::{
    domain::ErrorChain,
    repositories::{RepositoryError, connection::ConnectFailure},
    resilience::OutageLog,
};

/// Logs each kind of outage when it begins and when it ends.
#[derive(Debug)]
pub struct DatabaseOutages {
    unavailable: OutageLog,
    read_only: OutageLog,
    unsound: OutageLog,
}

impl DatabaseOutages {
    /// Records the end of an operation. Success does not show that the server accepts writes again, see [`Self::writes`].
    pub fn operation_ended<T>(&self, outcome: &Result<T, RepositoryError>) {
        match outcome {
            Err(error) if error.is_read_only() => {
                if self.read_only.record_failure() {
                    tracing::warn!(
                        database.error = %ErrorChain(error),
                        "the database does not write: connecting anew, for another server may have taken over"
                    );
                }
            }
            Err(RepositoryError::Unavailable(cause)) => {
                if self.unavailable.record_failure() {
                    tracing::warn!(database.error = %cause, "the database is not available");
                }
            }
            Ok(_) => {
                if let Some(failures) = self.unavailable.record_success() {
                    tracing::info!(database.failures = failures, "the database is available again");
                }
            }
            Err(_) => {}
        }
    }

    /// Records that the server accepts writes.
    pub fn writes(&self) {
        if let Some(failures) = self.read_only.record_success() {
            tracing::info!(database.failures = failures, "the database writes again");
        }
    }

    /// Records the result of inspecting SQLite's file.
    pub fn inspected(&self, outcome: &Result<(), ConnectFailure>) {
        match outcome {
            Err(fault) => {
                if self.unsound.record_failure() {
                    tracing::warn!(database.error = %fault, "the database is not sound");
                }
            }
            Ok(()) => {
                if self.unsound.record_success().is_some() {
                    tracing::info!("the database is sound again");
                }
            }
        }
    }
}

impl Default for DatabaseOutages {
    fn default() -> Self {
        Self {
            unavailable: OutageLog::with_calm_before_end(),
            read_only: OutageLog::with_calm_before_end(),
            unsound: OutageLog::with_calm_before_end(),
        }
    }
}

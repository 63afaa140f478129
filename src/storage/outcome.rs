//! How operations end: for the caller, the circuit breaker, the log and the metrics.

use std::{sync::Arc, time::Duration};

use object_store::Error;

use super::StorageError;
use crate::{
    domain::{Elapsed, ErrorChain},
    resilience::{Admission, BreakerPolicy, CircuitBreaker, OutageLog},
    settings::S3Keys,
    telemetry::{
        self, Stopwatch,
        storage::{StorageOperation, StorageOutcome},
    },
};

/// How long a storage that is away is left alone.
const PAUSE: Duration = Duration::from_secs(2);

/// A storage that takes so long to fail is not there: connections to it are tried again and again.
const LONG: Duration = Duration::from_secs(2);

/// The longest text of a cause, in characters.
const CAUSE_CHARACTERS: usize = 300;

/// Clones share the state.
#[derive(Clone)]
pub struct Outcomes {
    breaker: CircuitBreaker,
    outages: Arc<OutageLog>,
    /// A server repeats the key's id in its errors.
    key_id: Option<Arc<str>>,
}

/// An operation that began.
pub struct Begun {
    outcomes: Outcomes,
    operation: StorageOperation,
    admission: Admission,
    at: Stopwatch,
}

impl Outcomes {
    pub fn new(keys: Option<&S3Keys>) -> Self {
        Self {
            breaker: CircuitBreaker::new(BreakerPolicy {
                pause: PAUSE,
                tolerated_silence: Some(PAUSE),
                any_response_closes: true,
            }),
            outages: Arc::new(OutageLog::with_calm_before_end()),
            key_id: keys.map(|keys| keys.id.as_str().into()),
        }
    }

    /// None while the storage is left alone.
    pub fn begin(&self, operation: StorageOperation) -> Option<Begun> {
        let Some(admission) = self.breaker.admit() else {
            telemetry::metrics().storage.refused(operation);
            return None;
        };
        Some(Begun {
            outcomes: self.clone(),
            operation,
            admission,
            at: Stopwatch::start(),
        })
    }

    fn classed(&self, error: &Error) -> StorageError {
        let cause = || {
            let text = ErrorChain(error).to_string();
            // The library begins with the object's path, and with it once more.
            let text = text.split_once(" - ").map_or(text.as_str(), |(_, reason)| reason);
            let text = match &self.key_id {
                Some(id) => text.replace(id.as_ref(), "…"),
                None => text.to_owned(),
            };
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(CAUSE_CHARACTERS)
                .collect()
        };
        match error {
            // Of a bucket that is not there the server says so.
            Error::NotFound { .. } if ErrorChain(error).to_string().contains("NoSuchBucket") => {
                StorageError::Refused("there is no such bucket".to_owned())
            }
            Error::NotFound { .. } => StorageError::Missing,
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => StorageError::Refused(cause()),
            _ => StorageError::Unavailable(cause()),
        }
    }

    fn log(&self, outcome: Option<&StorageError>) {
        match outcome {
            None | Some(StorageError::Missing) => {
                if let Some(failures) = self.outages.record_success() {
                    tracing::info!(storage.failures = failures, "the object storage works again");
                }
            }
            Some(error) => {
                if self.outages.record_failure() {
                    tracing::warn!(storage.error = %error, "the object storage does not work: photos are neither saved nor shown");
                }
            }
        }
    }
}

impl Begun {
    /// Records how it ended.
    pub fn end<T>(self, outcome: Result<object_store::Result<T>, Elapsed>) -> Result<T, StorageError> {
        let outcome = match outcome {
            Ok(outcome) => outcome.map_err(|error| self.outcomes.classed(&error)),
            Err(Elapsed) => Err(StorageError::TimedOut),
        };
        let error = outcome.as_ref().err();
        self.outcomes.log(error);
        let counted = match error {
            None => StorageOutcome::Ok,
            Some(StorageError::Missing) => StorageOutcome::Missing,
            Some(StorageError::TimedOut) => StorageOutcome::TimedOut,
            Some(StorageError::Refused(_)) => StorageOutcome::Refused,
            Some(_) => StorageOutcome::Unavailable,
        };
        let took = self.at.elapsed();
        telemetry::metrics().storage.record(self.operation, counted, took);
        match counted {
            StorageOutcome::TimedOut => {
                self.admission.timed_out();
            }
            StorageOutcome::Unavailable if took >= LONG => {
                self.admission.timed_out();
            }
            // It may be the disk that is full: what is there can still be read and removed.
            _ => {
                self.admission.responded();
            }
        }
        outcome
    }
}

//! Metrics of the object storage.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::{durations::durations, label_values::label_values};

label_values! {
    /// What the object storage was asked to do.
    StorageOperation {
        Put = "put",
        Get = "get",
        Remove = "remove",
        Ping = "ping",
    }
}

label_values! {
    /// How an operation ended.
    StorageOutcome {
        Ok = "ok",
        Missing = "missing",
        TimedOut = "timed_out",
        Refused = "refused",
        Unavailable = "unavailable",
        CircuitOpen = "circuit_open",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    operation: StorageOperation,
    outcome: StorageOutcome,
}

/// Metrics of the object storage.
#[derive(Debug)]
pub struct StorageMetrics {
    operations: Family<OperationLabels, Counter>,
    durations: Histogram,
}

impl StorageMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            operations: Family::default(),
            durations: durations(),
        };
        registry.register(
            "fanpass_storage_operations",
            "Operations of the object storage; the outcome is ok, missing (there was no such object), timed_out, refused (keys, \
             rights, bucket), unavailable or circuit_open (it did not answer to others)",
            metrics.operations.clone(),
        );
        registry.register(
            "fanpass_storage_operation_duration_seconds",
            "Time of an operation of the object storage, with all that was repeated",
            metrics.durations.clone(),
        );
        for operation in StorageOperation::ALL {
            for outcome in [StorageOutcome::Ok, StorageOutcome::Unavailable] {
                let operation = *operation;
                drop(
                    metrics
                        .operations
                        .get_or_create(&OperationLabels { operation, outcome }),
                );
            }
        }
        metrics
    }

    /// Counts an operation that ended, with its duration.
    pub fn record(&self, operation: StorageOperation, outcome: StorageOutcome, took: Duration) {
        self.operations
            .get_or_create(&OperationLabels { operation, outcome })
            .inc();
        self.durations.observe(took.as_secs_f64());
    }

    /// Counts an operation that was rejected before it began.
    pub fn refused(&self, operation: StorageOperation) {
        let outcome = StorageOutcome::CircuitOpen;
        self.operations
            .get_or_create(&OperationLabels { operation, outcome })
            .inc();
    }
}

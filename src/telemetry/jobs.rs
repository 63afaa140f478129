//! Metrics of jobs.

use std::sync::atomic::AtomicI64;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::label_values::label_values;
use crate::domain::JobKind;

label_values! {
    /// How a run of a job ended.
    JobOutcome {
        Done = "done",
        Retried = "retried",
        Failed = "failed",
        LeaseLost = "lease_lost",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RunLabels {
    kind: &'static str,
    outcome: JobOutcome,
}

/// Metrics of jobs.
#[derive(Debug)]
pub struct JobMetrics {
    waiting: Gauge<i64, AtomicI64>,
    oldest_due: Gauge<i64, AtomicI64>,
    failed: Gauge<i64, AtomicI64>,
    runs: Family<RunLabels, Counter>,
    dropped: Counter,
}

impl JobMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            waiting: Gauge::default(),
            oldest_due: Gauge::default(),
            failed: Gauge::default(),
            runs: Family::default(),
            dropped: Counter::default(),
        };
        registry.register(
            "fanpass_jobs_waiting",
            "Jobs in the database that did not fail for good, those that repeat included. Every replica reports the same",
            metrics.waiting.clone(),
        );
        registry.register(
            "fanpass_jobs_oldest_due_seconds",
            "Seconds since the oldest due job should have run; 0 if none is due",
            metrics.oldest_due.clone(),
        );
        registry.register(
            "fanpass_jobs_failed",
            "Jobs that failed for good and wait for an operator",
            metrics.failed.clone(),
        );
        registry.register(
            "fanpass_jobs_runs",
            "Runs of jobs in this process: done, retried (it failed and will be tried again), failed (for good), \
             lease_lost (another process has it now)",
            metrics.runs.clone(),
        );
        // An alert would miss a series that begins at 1.
        for kind in JobKind::ALL.map(JobKind::as_str) {
            for &outcome in JobOutcome::ALL {
                drop(metrics.runs.get_or_create(&RunLabels { kind, outcome }));
            }
        }
        registry.register(
            "fanpass_jobs_dropped",
            "Jobs that gave way to newer ones of the same target, or were older than a day",
            metrics.dropped.clone(),
        );
        metrics
    }

    /// Counts a run.
    pub fn ran(&self, kind: &'static str, outcome: JobOutcome) {
        self.runs.get_or_create(&RunLabels { kind, outcome }).inc();
    }

    /// Counts jobs that a full target gave up.
    pub fn dropped(&self, count: usize) {
        self.dropped.inc_by(u64::try_from(count).unwrap_or_default());
    }

    /// Sets the gauges.
    pub fn set_status(&self, waiting: i64, oldest_due_seconds: i64, failed: i64) {
        self.waiting.set(waiting);
        self.oldest_due.set(oldest_due_seconds);
        self.failed.set(failed);
    }
}

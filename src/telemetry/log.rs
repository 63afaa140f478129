//! Metrics of the log.

use prometheus_client::{metrics::counter::Counter, registry::Registry};

/// Metrics of the log.
#[derive(Debug)]
pub struct LogMetrics {
    lines_lost: Counter,
    audit_lines_lost: Counter,
}

impl LogMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            lines_lost: Counter::default(),
            audit_lines_lost: Counter::default(),
        };
        registry.register(
            "fanpass_log_lines_lost",
            "Log lines dropped because standard output was not read for a long time, or could not be written to",
            metrics.lines_lost.clone(),
        );
        registry.register(
            "fanpass_audit_lines_lost",
            "How many of the lost log lines belong to the audit trail, which has room of its own in the queue",
            metrics.audit_lines_lost.clone(),
        );
        metrics
    }

    /// Counts a dropped line.
    pub fn line_lost(&self, is_audit: bool) {
        self.lines_lost.inc();
        if is_audit {
            self.audit_lines_lost.inc();
        }
    }

    /// How many lines were dropped since the start.
    pub fn lines_lost(&self) -> u64 {
        self.lines_lost.get()
    }

    /// How many of them belong to the audit trail.
    pub fn audit_lines_lost(&self) -> u64 {
        self.audit_lines_lost.get()
    }
}

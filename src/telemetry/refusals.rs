//! Metrics of refused requests.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    reason: &'static str,
}

/// Metrics of refused requests. The reasons are those of the audit trail.
#[derive(Debug)]
pub struct RefusalMetrics {
    refusals: Family<RefusalLabels, Counter>,
}

impl RefusalMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let refusals = Family::<RefusalLabels, Counter>::default();
        registry.register(
            "fanpass_refusals",
            "Refused requests by their reason in the audit trail: rate_limit, unknown_state, foreign_origin and so on. \
             The trail itself has one line a minute for each IP address, reason and fan",
            refusals.clone(),
        );
        Self { refusals }
    }

    /// Creates the series of a reason, at 0, before its first refusal.
    pub fn announce(&self, reason: &'static str) {
        drop(self.refusals.get_or_create(&RefusalLabels { reason }));
    }

    /// Counts a refused request.
    pub fn record(&self, reason: &'static str) {
        self.refusals.get_or_create(&RefusalLabels { reason }).inc();
    }
}

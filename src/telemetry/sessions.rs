//! Metrics of sessions.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::label_values::label_values;

label_values! {
    /// Why a session ended before it expired.
    SessionEnd {
        Logout = "logout",
        FanGone = "fan_gone",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndLabels {
    reason: SessionEnd,
}

/// Metrics of sessions.
#[derive(Debug)]
pub struct SessionMetrics {
    begun: Counter,
    ended: Family<EndLabels, Counter>,
}

impl SessionMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            begun: Counter::default(),
            ended: Family::default(),
        };
        registry.register("fanpass_sessions_begun", "Sign-ins", metrics.begun.clone());
        registry.register(
            "fanpass_sessions_ended",
            "Sessions that ended before they expired: logout, fan_gone (the fan is not registered any more). \
             Only the browser knows when one expires",
            metrics.ended.clone(),
        );
        for reason in SessionEnd::ALL {
            drop(metrics.ended.get_or_create(&EndLabels { reason: *reason }));
        }
        metrics
    }

    /// Counts a sign-in.
    pub fn begun(&self) {
        self.begun.inc();
    }

    /// Counts a session that ended before it expired.
    pub fn ended(&self, reason: SessionEnd) {
        self.ended.get_or_create(&EndLabels { reason }).inc();
    }
}

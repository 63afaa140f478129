//! Metrics of the calls to the platform.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::durations::durations;

/// The outcome of a call without an error.
const OK: &str = "ok";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    endpoint: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DurationLabels {
    endpoint: &'static str,
}

/// Metrics of the calls to the platform. Endpoints and classes of errors are the client's own static text.
#[derive(Debug)]
pub struct PlatformMetrics {
    requests: Family<RequestLabels, Counter>,
    durations: Family<DurationLabels, Histogram, fn() -> Histogram>,
}

impl PlatformMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(durations),
        };
        registry.register(
            "fanpass_platform_requests",
            "Calls to the platform by endpoint; the outcome is ok or the class of the error",
            metrics.requests.clone(),
        );
        registry.register(
            "fanpass_platform_request_duration_seconds",
            "Time of a call to the platform, including the one retry after errcode -1",
            metrics.durations.clone(),
        );
        metrics
    }

    /// Creates the series of an endpoint, at 0, before its first call: an alert would miss a series that begins at 1.
    pub fn announce(&self, endpoint: &'static str, error_classes: impl IntoIterator<Item = &'static str>) {
        for outcome in error_classes.into_iter().chain([OK]) {
            drop(self.requests.get_or_create(&RequestLabels { endpoint, outcome }));
        }
        drop(self.durations.get_or_create(&DurationLabels { endpoint }));
    }

    /// Counts a call that ended, with its duration. `None`: without an error.
    pub fn record(&self, endpoint: &'static str, error_class: Option<&'static str>, took: Duration) {
        let outcome = error_class.unwrap_or(OK);
        self.requests.get_or_create(&RequestLabels { endpoint, outcome }).inc();
        let durations = self.durations.get_or_create(&DurationLabels { endpoint });
        durations.observe(took.as_secs_f64());
    }
}

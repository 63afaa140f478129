//! Metrics of the calls to the platform.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::{account_label::Account, durations::durations};

/// The outcome of a call without an error.
const OK: &str = "ok";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    endpoint: &'static str,
    outcome: &'static str,
    account: Account,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DurationLabels {
    endpoint: &'static str,
    account: Account,
}

/// Metrics of the calls to the platform, of every account.
#[derive(Debug)]
pub(super) struct PlatformFamilies {
    requests: Family<RequestLabels, Counter>,
    durations: Family<DurationLabels, Histogram, fn() -> Histogram>,
}

impl PlatformFamilies {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let families = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(durations),
        };
        registry.register(
            "fanpass_platform_requests",
            "Calls to the platform by endpoint; the outcome is ok or the class of the error",
            families.requests.clone(),
        );
        registry.register(
            "fanpass_platform_request_duration_seconds",
            "Time of a call to the platform, including the one retry after errcode -1",
            families.durations.clone(),
        );
        families
    }

    /// The metrics of one account. It has no series yet.
    pub(super) fn of(&self, account: Account) -> PlatformMetrics {
        PlatformMetrics {
            requests: self.requests.clone(),
            durations: self.durations.clone(),
            account,
        }
    }
}

/// Metrics of one account's calls to the platform. Endpoints and classes of errors are the client's own static text.
#[derive(Debug, Clone)]
pub struct PlatformMetrics {
    requests: Family<RequestLabels, Counter>,
    durations: Family<DurationLabels, Histogram, fn() -> Histogram>,
    account: Account,
}

impl PlatformMetrics {
    /// Creates the series of an endpoint, at 0, before its first call: an alert would miss a series that begins at 1.
    pub fn announce(&self, endpoint: &'static str, error_classes: impl IntoIterator<Item = &'static str>) {
        for outcome in error_classes.into_iter().chain([OK]) {
            drop(self.requests.get_or_create(&self.request_labels(endpoint, outcome)));
        }
        drop(self.durations.get_or_create(&self.duration_labels(endpoint)));
    }

    /// Counts a call that ended, with its duration. `None`: without an error.
    pub fn record(&self, endpoint: &'static str, error_class: Option<&'static str>, took: Duration) {
        let outcome = error_class.unwrap_or(OK);
        self.requests
            .get_or_create(&self.request_labels(endpoint, outcome))
            .inc();
        let durations = self.durations.get_or_create(&self.duration_labels(endpoint));
        durations.observe(took.as_secs_f64());
    }

    fn request_labels(&self, endpoint: &'static str, outcome: &'static str) -> RequestLabels {
        RequestLabels {
            endpoint,
            outcome,
            account: self.account.clone(),
        }
    }

    fn duration_labels(&self, endpoint: &'static str) -> DurationLabels {
        DurationLabels {
            endpoint,
            account: self.account.clone(),
        }
    }
}

//! Metrics of the calls to the platform.

use std::{borrow::Cow, time::Duration};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::{account_label::Account, durations::durations};

/// The outcome of a call without an error, and its error code.
const OK: &str = "ok";
const NO_ERROR: &str = "0";

/// In place of an error code, where the platform sent none.
const NO_ERRCODE: &str = "none";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    endpoint: &'static str,
    outcome: &'static str,
    errcode: Cow<'static, str>,
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
            "Calls to the platform by endpoint; the outcome is ok or the class of the error, the errcode the platform's, \
             0 for ok, none without one",
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
        let failed = error_classes.into_iter().map(|class| (class, NO_ERRCODE));
        for (outcome, errcode) in failed.chain([(OK, NO_ERROR)]) {
            let labels = self.request_labels(endpoint, outcome, errcode.into());
            drop(self.requests.get_or_create(&labels));
        }
        drop(self.durations.get_or_create(&self.duration_labels(endpoint)));
    }

    /// Counts a call that ended, with its duration. `failed`: the class of the error and, if the platform sent one, its error
    /// code; `None` without an error.
    pub fn record(&self, endpoint: &'static str, failed: Option<(&'static str, Option<i64>)>, took: Duration) {
        let (outcome, errcode) = match failed {
            None => (OK, NO_ERROR.into()),
            Some((class, None)) => (class, NO_ERRCODE.into()),
            Some((class, Some(errcode))) => (class, errcode.to_string().into()),
        };
        let labels = self.request_labels(endpoint, outcome, errcode);
        self.requests.get_or_create(&labels).inc();
        let durations = self.durations.get_or_create(&self.duration_labels(endpoint));
        durations.observe(took.as_secs_f64());
    }

    fn request_labels(
        &self,
        endpoint: &'static str,
        outcome: &'static str,
        errcode: Cow<'static, str>,
    ) -> RequestLabels {
        RequestLabels {
            endpoint,
            outcome,
            errcode,
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

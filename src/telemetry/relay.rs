//! Metrics of the relay.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::account_label::Account;

/// Where no answer came.
const NO_ANSWER: &str = "none";

/// A code that the platform does not have.
const OTHER: &str = "other";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RelayLabels {
    app: String,
    right: String,
    errcode: String,
    account: Account,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QuotaLabels {
    endpoint: &'static str,
    account: Account,
}

/// Metrics of the relay of every account.
#[derive(Debug)]
pub(super) struct RelayFamilies {
    requests: Family<RelayLabels, Counter>,
    quota_limits: Family<QuotaLabels, Gauge>,
    quota_uses: Family<QuotaLabels, Gauge>,
}

impl RelayFamilies {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let families = Self {
            requests: Family::default(),
            quota_limits: Family::default(),
            quota_uses: Family::default(),
        };
        registry.register(
            "fanpass_relay_requests",
            "Calls passed on to the platform by app, the right that covers them, and the platform's errcode; 0 is none, \
             none is no answer, other no code of the platform's",
            families.requests.clone(),
        );
        registry.register(
            "fanpass_platform_quota_limit",
            "Calls of an endpoint that the platform allows in a day, as it last said; asked once an hour while the relay \
             passes calls to it",
            families.quota_limits.clone(),
        );
        registry.register(
            "fanpass_platform_quota_used",
            "Calls of an endpoint that count against the quota of the day, as the platform last said",
            families.quota_uses.clone(),
        );
        families
    }

    /// The metrics of one account. It has no series yet.
    pub(super) fn of(&self, account: Account) -> RelayMetrics {
        RelayMetrics {
            requests: self.requests.clone(),
            quota_limits: self.quota_limits.clone(),
            quota_uses: self.quota_uses.clone(),
            account,
        }
    }
}

/// Metrics of one account's relay. The names of apps and rights are the settings' own, never what a caller sends.
#[derive(Debug, Clone)]
pub struct RelayMetrics {
    requests: Family<RelayLabels, Counter>,
    quota_limits: Family<QuotaLabels, Gauge>,
    quota_uses: Family<QuotaLabels, Gauge>,
    account: Account,
}

impl RelayMetrics {
    /// Counts a call that ended, with the platform's error code; `None`: no answer.
    pub fn record(&self, app: &str, right: &str, errcode: Option<i64>) {
        let labels = RelayLabels {
            app: app.to_owned(),
            right: right.to_owned(),
            errcode: errcode.map_or_else(|| NO_ANSWER.to_owned(), known),
            account: self.account.clone(),
        };
        self.requests.get_or_create(&labels).inc();
    }

    /// Sets what the platform says of the quota of an endpoint.
    pub fn set_quota(&self, endpoint: &'static str, limit: i64, used: i64) {
        let account = self.account.clone();
        let labels = QuotaLabels { endpoint, account };
        self.quota_limits.get_or_create(&labels).set(limit);
        self.quota_uses.get_or_create(&labels).set(used);
    }
}

/// The code, if it is one of the platform's range. A broken platform makes no series without end.
fn known(errcode: i64) -> String {
    match errcode {
        -1 | 0 | 40_000..=100_000 | 1_000_000..=9_999_999 => errcode.to_string(),
        _ => OTHER.to_owned(),
    }
}

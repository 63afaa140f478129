//! Metrics of refused requests.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::{account_label::Account, label_values::label_values};

label_values! {
    /// Why a request was refused.
    Refusal {
        Declined = "declined",
        Snapshot = "snapshot",
        UnknownState = "unknown_state",
        CodeRefused = "code_refused",
        ForeignOrigin = "foreign_origin",
        RateLimit = "rate_limit",
        ApiKey = "api_key",
        ApiRight = "api_right",
        PushSignature = "push_signature",
        PushStale = "push_stale",
        PushReplayed = "push_replayed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    reason: Refusal,
    account: Account,
}

/// Metrics of the refused requests of every account.
#[derive(Debug)]
pub(super) struct RefusalFamily(Family<RefusalLabels, Counter>);

impl RefusalFamily {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let refusals = Family::<RefusalLabels, Counter>::default();
        registry.register(
            "fanpass_refusals",
            "Refused requests by their reason in the audit trail: rate_limit, unknown_state, foreign_origin and so on. \
             The trail itself has one line a minute for each IP address, reason and fan",
            refusals.clone(),
        );
        Self(refusals)
    }

    /// The metrics of one account. It has no series yet.
    pub(super) fn of(&self, account: Account) -> RefusalMetrics {
        RefusalMetrics {
            refusals: self.0.clone(),
            account,
        }
    }
}

/// Metrics of one account's refused requests. The reasons are those of the audit trail.
#[derive(Debug, Clone)]
pub struct RefusalMetrics {
    refusals: Family<RefusalLabels, Counter>,
    account: Account,
}

impl RefusalMetrics {
    /// Creates the series of a reason, at 0, before its first refusal.
    pub(super) fn announce(&self, reason: Refusal) {
        drop(self.refusals.get_or_create(&self.labels(reason)));
    }

    /// Counts a refused request.
    pub(super) fn record(&self, reason: Refusal) {
        self.refusals.get_or_create(&self.labels(reason)).inc();
    }

    fn labels(&self, reason: Refusal) -> RefusalLabels {
        RefusalLabels {
            reason,
            account: self.account.clone(),
        }
    }
}

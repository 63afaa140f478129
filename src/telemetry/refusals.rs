//! Metrics of refused requests.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::account_label::Account;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    reason: &'static str,
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
    pub fn announce(&self, reason: &'static str) {
        drop(self.refusals.get_or_create(&self.labels(reason)));
    }

    /// Counts a refused request.
    pub fn record(&self, reason: &'static str) {
        self.refusals.get_or_create(&self.labels(reason)).inc();
    }

    fn labels(&self, reason: &'static str) -> RefusalLabels {
        RefusalLabels {
            reason,
            account: self.account.clone(),
        }
    }
}

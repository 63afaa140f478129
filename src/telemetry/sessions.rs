//! Metrics of sessions.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::{
    account_label::{Account, AccountLabels},
    label_values::label_values,
};

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
    account: Account,
}

/// Metrics of the sessions of every account.
#[derive(Debug)]
pub(super) struct SessionFamilies {
    begun: Family<AccountLabels, Counter>,
    ended: Family<EndLabels, Counter>,
}

impl SessionFamilies {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let families = Self {
            begun: Family::default(),
            ended: Family::default(),
        };
        registry.register("fanpass_sessions_begun", "Sign-ins", families.begun.clone());
        registry.register(
            "fanpass_sessions_ended",
            "Sessions that ended before they expired: logout, fan_gone (the fan is not registered any more). \
             Only the browser knows when one expires",
            families.ended.clone(),
        );
        families
    }

    /// The metrics of one account, whose series begin at 0.
    pub(super) fn of(&self, account: Account) -> SessionMetrics {
        let metrics = SessionMetrics {
            begun: self
                .begun
                .get_or_create(&AccountLabels {
                    account: account.clone(),
                })
                .clone(),
            ended: self.ended.clone(),
            account,
        };
        for reason in SessionEnd::ALL {
            drop(metrics.ended.get_or_create(&metrics.end_labels(*reason)));
        }
        metrics
    }
}

/// Metrics of the sessions of one account.
#[derive(Debug, Clone)]
pub struct SessionMetrics {
    begun: Counter,
    ended: Family<EndLabels, Counter>,
    account: Account,
}

impl SessionMetrics {
    /// Counts a sign-in.
    pub(super) fn begun(&self) {
        self.begun.inc();
    }

    /// Counts a session that ended before it expired.
    pub(super) fn ended(&self, reason: SessionEnd) {
        self.ended.get_or_create(&self.end_labels(reason)).inc();
    }

    fn end_labels(&self, reason: SessionEnd) -> EndLabels {
        EndLabels {
            reason,
            account: self.account.clone(),
        }
    }
}

//! Metrics of erasures.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::account_label::{Account, AccountLabels};
use crate::domain::{AppId, ErasureReason};

/// Upper bounds in seconds: from a job that runs at once to one whose attempts go on for a day.
const BUCKETS: [f64; 12] = [
    0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0, 21_600.0, 86_400.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabels {
    reason: &'static str,
    account: Account,
}

/// Metrics of the erasures of every account.
#[derive(Debug)]
pub(super) struct ErasureFamilies {
    requested: Family<ReasonLabels, Counter>,
    durations: Family<ReasonLabels, Histogram>,
    unfinished: Family<AccountLabels, Gauge>,
    oldest_unfinished: Family<AccountLabels, Gauge>,
}

impl ErasureFamilies {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let families = Self {
            requested: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            unfinished: Family::default(),
            oldest_unfinished: Family::default(),
        };
        registry.register(
            "fanpass_erasures_requested",
            "Erasures that this process was asked for: operator, fan, account_closed (the platform says so), unfollowed, and \
             those of nickname and avatar alone: cleaned (by the platform), withdrawn (by the fan); photos: those that a fan withdrew",
            families.requested.clone(),
        );
        registry.register(
            "fanpass_erasure_duration_seconds",
            "Seconds from the request of an erasure until it was finished by this process",
            families.durations.clone(),
        );
        registry.register(
            "fanpass_erasures_unfinished",
            "Erasures that were asked for and are not finished. Every replica reports the same",
            families.unfinished.clone(),
        );
        registry.register(
            "fanpass_erasure_oldest_unfinished_seconds",
            "Seconds since the oldest erasure was asked for that is not finished; 0 if all are",
            families.oldest_unfinished.clone(),
        );
        families
    }

    /// The metrics of one account, whose series begin at 0.
    pub(super) fn of(&self, account: &AppId) -> ErasureMetrics {
        let account = Account::new(account);
        let labels = AccountLabels {
            account: account.clone(),
        };
        let metrics = ErasureMetrics {
            requested: self.requested.clone(),
            durations: self.durations.clone(),
            unfinished: self.unfinished.get_or_create(&labels).clone(),
            oldest_unfinished: self.oldest_unfinished.get_or_create(&labels).clone(),
            account,
        };
        for reason in ErasureReason::ALL {
            drop(metrics.requested.get_or_create(&metrics.labels(reason)));
            drop(metrics.durations.get_or_create(&metrics.labels(reason)));
        }
        metrics
    }
}

/// Metrics of the erasures of one account.
#[derive(Debug, Clone)]
pub struct ErasureMetrics {
    requested: Family<ReasonLabels, Counter>,
    durations: Family<ReasonLabels, Histogram>,
    unfinished: Gauge,
    oldest_unfinished: Gauge,
    account: Account,
}

impl ErasureMetrics {
    /// Counts an erasure that was asked for.
    pub fn requested(&self, reason: ErasureReason) {
        self.requested.get_or_create(&self.labels(reason)).inc();
    }

    /// Counts one that is finished, this many milliseconds after it was asked for.
    pub fn finished(&self, reason: ErasureReason, milliseconds: i64) {
        let milliseconds = u64::try_from(milliseconds).unwrap_or_default();
        let took = std::time::Duration::from_millis(milliseconds);
        self.durations
            .get_or_create(&self.labels(reason))
            .observe(took.as_secs_f64());
    }

    /// Sets the gauges.
    pub fn set_unfinished(&self, count: i64, oldest_seconds: i64) {
        self.unfinished.set(count);
        self.oldest_unfinished.set(oldest_seconds);
    }

    fn labels(&self, reason: ErasureReason) -> ReasonLabels {
        ReasonLabels {
            reason: reason.as_str(),
            account: self.account.clone(),
        }
    }
}

//! Metrics of the counts of a day.

use std::sync::atomic::AtomicI64;

use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::account_label::{Account, AccountLabels};

type Waiting = Gauge<i64, AtomicI64>;

/// Metrics of the counts of every account.
#[derive(Debug)]
pub(super) struct DailyCountFamily(Family<AccountLabels, Waiting>);

impl DailyCountFamily {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let waiting = Family::<AccountLabels, Waiting>::default();
        registry.register(
            "fanpass_daily_counts_waiting",
            "Events that this process has counted for a day and that are not in the database yet: those of the last ten \
             seconds, and more while the database is away",
            waiting.clone(),
        );
        Self(waiting)
    }

    /// The metrics of one account, which begin at 0.
    pub(super) fn of(&self, account: Account) -> DailyCountMetrics {
        DailyCountMetrics(self.0.get_or_create(&AccountLabels { account }).clone())
    }
}

/// Metrics of the counts of one account.
#[derive(Debug, Clone)]
pub struct DailyCountMetrics(Waiting);

impl DailyCountMetrics {
    pub(super) fn waiting(&self, events: i64) {
        self.0.inc_by(events);
    }

    pub(super) fn stored(&self, events: u64) {
        self.0.dec_by(i64::try_from(events).unwrap_or(i64::MAX));
    }
}

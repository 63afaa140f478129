//! How far the clocks of other machines are from ours.

use std::sync::atomic::AtomicU64;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::dependencies::Dependency;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ClockLabels {
    of: Dependency,
}

/// Metrics of the clocks of other machines.
#[derive(Debug)]
pub struct ClockMetrics {
    offset: Family<ClockLabels, Gauge<f64, AtomicU64>>,
}

impl ClockMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let offset = Family::<ClockLabels, Gauge<f64, AtomicU64>>::default();
        registry.register(
            "fanpass_clock_offset_seconds",
            "Seconds by which the clock of the database or the cache is ahead of this process's, or, below 0, behind. \
             SQLite and the memory cache have no clock of their own, and no series",
            offset.clone(),
        );
        Self { offset }
    }

    /// Sets the offset, theirs minus ours, of the clock of the `database` or the `cache`.
    pub fn set_offset(&self, of: Dependency, seconds: f64) {
        self.offset.get_or_create(&ClockLabels { of }).set(seconds);
    }
}

use std::sync::{PoisonError, RwLock};

use metrics::{Counter, Gauge, Histogram};

use super::{Metric, registry};

/// What a series is counted with.
pub(super) trait Handle: Sized {
    /// Makes the series of `metric` with these values of its labels.
    fn register(metric: &Metric, values: &[&str]) -> Self;
}

impl Handle for Counter {
    fn register(metric: &Metric, values: &[&str]) -> Self {
        registry::counter(metric, values)
    }
}

impl Handle for Gauge {
    fn register(metric: &Metric, values: &[&str]) -> Self {
        registry::gauge(metric, values)
    }
}

impl Handle for Histogram {
    fn register(metric: &Metric, values: &[&str]) -> Self {
        registry::histogram(metric, values)
    }
}

/// The series of one metric, each made when it is first needed and kept. There are as few as there are words in the
/// sources, so that looking through them is faster than hashing.
pub(super) struct Family<H, const N: usize> {
    metric: Metric,
    kept: RwLock<Vec<([&'static str; N], H)>>,
}

impl<H: Handle, const N: usize> Family<H, N> {
    /// The family of `metric`, with the series that are to be seen before anything happened.
    pub(super) fn new(metric: Metric, initial: &[[&'static str; N]]) -> Self {
        let made = initial
            .iter()
            .map(|values| (*values, H::register(&metric, values)))
            .collect();
        Self {
            metric,
            kept: RwLock::new(made),
        }
    }

    /// Lets `act` have the series with these values of the labels.
    pub(super) fn with(&self, values: [&'static str; N], act: impl Fn(&H)) {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, handle)) = kept.iter().find(|(known, _)| *known == values) {
            return act(handle);
        }
        drop(kept);
        // Two threads may both come here; the registry gives them the same series.
        let handle = H::register(&self.metric, &values);
        act(&handle);
        self.kept
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push((values, handle));
    }
}

use prometheus_client::metrics::histogram::Histogram;

/// Upper bounds in seconds: from a page served from memory to the longest deadline of a platform call.
const BUCKETS: [f64; 15] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// A histogram of durations in seconds.
pub(super) fn durations() -> Histogram {
    Histogram::new(BUCKETS)
}

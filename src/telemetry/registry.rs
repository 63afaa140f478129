use std::sync::LazyLock;

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::{
    Kind, METRICS, Metric, cache, catalogue, clocks, database, dependencies, http, log, logins, platform, refusals,
    sessions,
};

/// Upper bounds in seconds: from a page out of memory to the platform's deadline at its longest.
const BUCKETS: [f64; 15] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

const METADATA: Metadata<'static> = Metadata::new("fanpass", Level::INFO, None);

const FEATURES: [(&str, bool); 4] = [
    ("sqlite", cfg!(feature = "sqlite")),
    ("postgres", cfg!(feature = "postgres")),
    ("mysql", cfg!(feature = "mysql")),
    ("otlp", cfg!(feature = "otlp")),
];

/// Not installed as the recorder of the whole process: the handles are asked for here, without a look-up by name.
struct Registry {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let buckets = PrometheusBuilder::new().set_buckets(&BUCKETS);
    let recorder = buckets.unwrap_or_else(|_| PrometheusBuilder::new()).build_recorder();
    for metric in METRICS {
        let (name, text) = (metric.name.into(), metric.text.into());
        match metric.kind {
            Kind::Counter => recorder.describe_counter(name, None, text),
            Kind::Gauge => recorder.describe_gauge(name, None, text),
            Kind::Histogram => recorder.describe_histogram(name, None, text),
        }
    }
    let handle = recorder.handle();
    Registry { recorder, handle }
});

static BUILD_INFO: LazyLock<()> = LazyLock::new(|| {
    let features = FEATURES.iter().filter(|(_, is_on)| *is_on).map(|(name, _)| *name);
    let features = features.collect::<Vec<_>>().join(",");
    gauge(&catalogue::BUILD_INFO, &[env!("CARGO_PKG_VERSION"), &features]).set(1.0);
});

fn key(metric: &Metric, values: &[&str]) -> Key {
    let labels = metric.labels.iter().zip(values);
    let labels = labels.map(|(name, value)| Label::new(*name, (*value).to_owned()));
    Key::from_parts(metric.name, labels.collect::<Vec<_>>())
}

pub(super) fn counter(metric: &Metric, values: &[&str]) -> Counter {
    REGISTRY.recorder.register_counter(&key(metric, values), &METADATA)
}

pub(super) fn gauge(metric: &Metric, values: &[&str]) -> Gauge {
    REGISTRY.recorder.register_gauge(&key(metric, values), &METADATA)
}

pub(super) fn histogram(metric: &Metric, values: &[&str]) -> Histogram {
    REGISTRY.recorder.register_histogram(&key(metric, values), &METADATA)
}

/// Everything in the text form of Prometheus.
pub fn render() -> String {
    LazyLock::force(&BUILD_INFO);
    cache::prepare();
    clocks::prepare();
    database::prepare();
    dependencies::prepare();
    http::prepare();
    log::prepare();
    logins::prepare();
    platform::prepare();
    refusals::prepare();
    sessions::prepare();
    REGISTRY.handle.render()
}

/// Sorts what was measured into its buckets. Until then each measurement takes memory, so this is to be called now and
/// then where nobody reads the metrics.
pub fn upkeep() {
    REGISTRY.handle.run_upkeep();
}

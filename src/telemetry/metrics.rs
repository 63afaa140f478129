use std::sync::LazyLock;

use prometheus_client::{encoding::prometheus_text, registry::Registry};

use super::{
    build, cache::CacheMetrics, clocks::ClockMetrics, database::DatabaseMetrics, dependencies::DependencyMetrics,
    http::HttpMetrics, log::LogMetrics, logins::LoginMetrics, platform::PlatformMetrics, refusals::RefusalMetrics,
    sessions::SessionMetrics,
};

/// The media type of [`Metrics::render`].
pub const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

/// The metrics of this process.
pub fn metrics() -> &'static Metrics {
    &METRICS
}

/// Every metric, by area.
///
/// Names are registered without the `_total` of a counter, and help texts without their full stop: the encoder appends
/// both. `docs/metrics.md` lists them, and a test compares the two.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Requests of the public listener.
    pub http: HttpMetrics,
    /// Logins and registrations.
    pub logins: LoginMetrics,
    /// Calls to the platform.
    pub platform: PlatformMetrics,
    /// Cache operations.
    pub cache: CacheMetrics,
    /// Database operations and the connection pool.
    pub database: DatabaseMetrics,
    /// Sessions.
    pub sessions: SessionMetrics,
    /// Whether dependencies work.
    pub dependencies: DependencyMetrics,
    /// Refused requests.
    pub refusals: RefusalMetrics,
    /// Clocks of other machines.
    pub clocks: ClockMetrics,
    /// Lost log lines.
    pub log: LogMetrics,
}

impl Metrics {
    /// The order here is the order in the output.
    fn new() -> Self {
        let mut registry = Registry::default();
        build::register(&mut registry);
        Self {
            http: HttpMetrics::register(&mut registry),
            logins: LoginMetrics::register(&mut registry),
            platform: PlatformMetrics::register(&mut registry),
            cache: CacheMetrics::register(&mut registry),
            database: DatabaseMetrics::register(&mut registry),
            sessions: SessionMetrics::register(&mut registry),
            dependencies: DependencyMetrics::register(&mut registry),
            refusals: RefusalMetrics::register(&mut registry),
            clocks: ClockMetrics::register(&mut registry),
            log: LogMetrics::register(&mut registry),
            registry,
        }
    }

    /// All metrics in Prometheus' text format, version 0.0.4. A metric without a series is left out.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail, and no label of ours does.
        prometheus_text::encode(&mut text, &self.registry).map_or_else(|_| String::new(), |()| text)
    }
}

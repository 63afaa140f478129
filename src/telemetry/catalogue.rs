//! Every metric there is. `docs/metrics.md` repeats this table, and a test compares the two.

/// One metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it is to Prometheus.
    pub kind: Kind,
    /// The names of its labels, in their order.
    pub labels: &'static [&'static str],
    /// What it tells.
    pub text: &'static str,
}

/// What a metric is to Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Durations in seconds, sorted into buckets.
    Histogram,
}

impl Kind {
    /// Prometheus' own word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

macro_rules! metrics {
    ($($constant:ident = $kind:ident $name:literal [$($label:literal),*] $text:literal;)*) => {
        $(pub(super) const $constant: Metric = Metric {
            name: $name,
            kind: Kind::$kind,
            labels: &[$($label),*],
            text: $text,
        };)*
        /// Every metric there is.
        pub const METRICS: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    BUILD_INFO = Gauge "fanpass_build_info" ["version", "features"]
        "1, with the version and the cargo features of this build.";
    HTTP_REQUESTS = Counter "fanpass_http_requests_total" ["route", "status"]
        "Requests of the public listener, by the pattern of their route (- for none) and the status of the answer; 499: the client hung up before it.";
    HTTP_DURATION = Histogram "fanpass_http_request_duration_seconds" ["route"]
        "Time from when the head of a request is read to when the head of its answer is ready; the way over the network is not in it.";
    HTTP_IN_FLIGHT = Gauge "fanpass_http_requests_in_flight" []
        "Requests of the public listener that are not answered yet.";
    LOGINS_BEGUN = Counter "fanpass_logins_begun_total" ["scope"]
        "Browsers sent to the authorize page, by scope.";
    LOGINS = Counter "fanpass_logins_total" ["outcome", "failure"]
        "Callbacks by their outcome; failure tells why where the outcome is failed.";
    REGISTRATIONS = Counter "fanpass_registrations_total" []
        "Fans whose profile was stored after they consented, also those who were known.";
    PLATFORM_REQUESTS = Counter "fanpass_platform_requests_total" ["endpoint", "outcome"]
        "Calls to the platform by endpoint; the outcome is ok or the class of the error.";
    PLATFORM_DURATION = Histogram "fanpass_platform_request_duration_seconds" ["endpoint"]
        "Time of a call to the platform, its one repetition after -1 included.";
    CACHE_OPERATIONS = Counter "fanpass_cache_operations_total" ["store", "operation", "outcome"]
        "Operations of the cache; the outcome of get is hit, miss, error or overloaded, of every other ok, error or overloaded (no connection came free in time).";
    DATABASE_OPERATIONS = Counter "fanpass_database_operations_total" ["outcome"]
        "Operations of the database; the outcome is ok or the kind of the error.";
    DATABASE_DURATION = Histogram "fanpass_database_operation_duration_seconds" []
        "Time of an operation of the database, waiting for a connection included.";
    DATABASE_CONNECTIONS = Gauge "fanpass_database_connections" ["state"]
        "Connections of the pool: in_use and idle.";
    DATABASE_CONNECTIONS_MAX = Gauge "fanpass_database_connections_max" []
        "Connections of the pool at most (database.pool_size).";
    DATABASE_WAITING = Gauge "fanpass_database_waiting_requests" []
        "Requests that wait for a connection.";
    DATABASE_REFUSALS = Counter "fanpass_database_refusals_total" ["reason"]
        "Operations that were turned away: full (too many wait), late (none became free in time), silent (it did not answer others), down.";
    SESSIONS_BEGUN = Counter "fanpass_sessions_begun_total" []
        "Sign-ins.";
    SESSIONS_ENDED = Counter "fanpass_sessions_ended_total" ["reason"]
        "Sessions ended before their time: logout, fan_gone. That one expired is known to the browser alone.";
    DEPENDENCY_UP = Gauge "fanpass_dependency_up" ["dependency"]
        "1 if the database, the cache or the platform does what it is asked, 0 if not. The platform is judged by the last real call, and absent before the first.";
    REFUSALS = Counter "fanpass_refusals_total" ["reason"]
        "Requests that were refused, by the reason that the audit trail has: rate_limit, unknown_state, foreign_origin and so on. The trail itself has one line a minute for each address, reason and fan.";
    CLOCK_OFFSET = Gauge "fanpass_clock_offset_seconds" ["of"]
        "Seconds that the clock of the database or the cache is ahead of this process's, or, below 0, behind; absent for SQLite and memory, which have none.";
    LOG_LINES_LOST = Counter "fanpass_log_lines_lost_total" []
        "Lines of the log that were dropped since nobody read standard output for long, or since it could not be written to.";
    AUDIT_LINES_LOST = Counter "fanpass_audit_lines_lost_total" []
        "Those of them that belong to the audit trail, which has room of its own.";
}

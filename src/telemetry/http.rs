//! Metrics of the requests to the public listener.

use std::{
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
    time::Duration,
};

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::{durations::durations, stopwatch::Stopwatch};

/// The status of a request whose client closed the connection before the response, as nginx logs it.
pub const CLIENT_CLOSED_REQUEST: u16 = 499;

/// How many combinations of route and status have a series of their own. Ours are far fewer. The limit holds even if
/// data ever becomes a route.
const MAX_SERIES: usize = 256;

/// The route of requests beyond [`MAX_SERIES`].
const OTHER: &str = "other";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DurationLabels {
    route: String,
}

/// Metrics of the requests to the public listener.
#[derive(Debug)]
pub struct HttpMetrics {
    requests: Family<RequestLabels, Counter>,
    durations: Family<DurationLabels, Histogram, fn() -> Histogram>,
    in_flight: Gauge<u32, AtomicU32>,
    series: AtomicUsize,
}

impl HttpMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(durations),
            in_flight: Gauge::default(),
            series: AtomicUsize::new(0),
        };
        registry.register(
            "fanpass_http_requests",
            "Requests to the public listener, by route pattern (- for none) and response status; \
             499: the client closed the connection first",
            metrics.requests.clone(),
        );
        registry.register(
            "fanpass_http_request_duration_seconds",
            "Time from reading the head of the request to having the head of the response ready; \
             network time is not included",
            metrics.durations.clone(),
        );
        registry.register(
            "fanpass_http_requests_in_flight",
            "Requests to the public listener that are being processed",
            metrics.in_flight.clone(),
        );
        drop(metrics.requests.get_or_create(&metrics.labels("/", 200)));
        let route = "/".to_owned();
        drop(metrics.durations.get_or_create(&DurationLabels { route }));
        metrics
    }

    /// Counts a request as in flight until the result is dropped.
    #[must_use]
    pub fn start_request(&self) -> Request<'_> {
        self.in_flight.inc();
        Request {
            metrics: self,
            started: Stopwatch::start(),
        }
    }

    /// Requests that are being processed.
    pub fn in_flight(&self) -> u32 {
        self.in_flight.get()
    }

    /// The labels of a request. If two threads meet a new combination at once, it is counted twice, and fewer fit.
    fn labels(&self, route: &str, status: u16) -> RequestLabels {
        let route = route.to_owned();
        let labels = RequestLabels { route, status };
        if self.requests.get(&labels).is_some() || self.series.fetch_add(1, Ordering::Relaxed) < MAX_SERIES {
            return labels;
        }
        RequestLabels {
            route: OTHER.to_owned(),
            status,
        }
    }
}

/// A request that is being processed.
#[derive(Debug)]
pub struct Request<'metrics> {
    metrics: &'metrics HttpMetrics,
    started: Stopwatch,
}

impl Request<'_> {
    /// Counts a request without a response, and returns how long it took. `route` is the pattern, not the path.
    pub fn client_closed(self, route: &str) -> Duration {
        let labels = self.metrics.labels(route, CLIENT_CLOSED_REQUEST);
        self.metrics.requests.get_or_create(&labels).inc();
        self.started.elapsed()
    }

    /// Counts the response, and returns how long it took. `route` is the pattern, not the path.
    pub fn completed(self, route: &str, status: u16) -> Duration {
        let took = self.started.elapsed();
        let labels = self.metrics.labels(route, status);
        self.metrics.requests.get_or_create(&labels).inc();
        let RequestLabels { route, .. } = labels;
        let durations = self.metrics.durations.get_or_create(&DurationLabels { route });
        durations.observe(took.as_secs_f64());
        took
    }
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_series_is_bounded() {
        let metrics = HttpMetrics::register(&mut Registry::default());
        for number in 0..2 * MAX_SERIES {
            let request = metrics.start_request();
            request.completed(&format!("/made-up/{number}"), 200);
        }
        let route = |number: usize| metrics.labels(&format!("/made-up/{number}"), 200).route;
        assert_eq!(route(0), "/made-up/0");
        assert_eq!(route(MAX_SERIES), OTHER);
        let label = |name: usize| DurationLabels { route: route(name) };
        assert!(metrics.durations.get(&label(0)).is_some());
        let beyond = format!("/made-up/{MAX_SERIES}");
        assert!(metrics.durations.get(&DurationLabels { route: beyond }).is_none());
        let others = RequestLabels {
            route: OTHER.to_owned(),
            status: 200,
        };
        // The series that is there from the start takes one place.
        let expected = u64::try_from(MAX_SERIES + 1).unwrap();
        assert_eq!(metrics.requests.get(&others).unwrap().get(), expected);
    }

    #[test]
    fn a_request_is_in_flight_until_it_is_completed_or_dropped() {
        let metrics = HttpMetrics::register(&mut Registry::default());
        let (completed, dropped) = (metrics.start_request(), metrics.start_request());
        assert_eq!(metrics.in_flight(), 2);
        completed.completed("/", 200);
        drop(dropped);
        assert_eq!(metrics.in_flight(), 0);
    }
}

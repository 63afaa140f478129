//! Logs and counts each request, and puts its id on the response.

use std::{thread, time::Duration};

use actix_web::{
    Error,
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
};
use tracing::Span;

use crate::{
    http::{policy::AccessLog, request_id::request_id},
    telemetry::{
        self,
        http::{CLIENT_CLOSED_REQUEST, Request},
    },
};

/// Contains the request's id, for questions to the operator. A header of this name in a request is ignored.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request in flight. It is dropped without a response if its client hangs up or the process stops.
pub(super) struct Logged<'a> {
    meter: Option<Request<'static>>,
    /// The pattern, not the path, because a path that matches no route may be anything.
    pattern: Option<&'a str>,
    access_log: AccessLog,
    span: Span,
}

impl<'a> Logged<'a> {
    /// Begins with a new request to the route with this pattern.
    pub(super) fn begin(pattern: Option<&'a str>, access_log: AccessLog) -> Self {
        let is_counted = access_log != AccessLog::Off;
        Self {
            meter: is_counted.then(|| telemetry::metrics().http.start_request()),
            pattern,
            access_log,
            span: Span::current(),
        }
    }

    /// Counts and logs the response, and puts the id on it.
    pub(super) fn end<B>(self, mut outcome: Result<ServiceResponse<B>, Error>) -> Result<ServiceResponse<B>, Error> {
        self.finish(match &outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        });
        if let Ok(response) = &mut outcome
            && let Ok(id) = HeaderValue::try_from(request_id(response.request()))
        {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        outcome
    }

    fn finish(mut self, status: StatusCode) {
        if let Some(meter) = self.meter.take() {
            let took = meter.completed(self.route(), status.as_u16());
            self.log(status.as_u16(), took, "answered");
        }
    }

    fn log(&self, status: u16, took: Duration, what: &str) {
        let route = self.route();
        self.span.record("http.route", route);
        let duration_ms = u64::try_from(took.as_millis()).ok();
        match self.access_log {
            AccessLog::Info => tracing::info!(http.status = status, duration_ms, "{what}"),
            AccessLog::Debug => tracing::debug!(http.status = status, duration_ms, "{what}"),
            AccessLog::Off => {}
        }
    }

    fn route(&self) -> &str {
        self.pattern.unwrap_or("-")
    }
}

impl Drop for Logged<'_> {
    fn drop(&mut self) {
        // A panic is logged already.
        let meter = self.meter.take().filter(|_| !thread::panicking());
        if let Some(meter) = meter {
            let took = meter.client_closed(self.route());
            self.span
                .in_scope(|| self.log(CLIENT_CLOSED_REQUEST, took, "not answered"));
        }
    }
}

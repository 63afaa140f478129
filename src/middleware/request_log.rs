//! One line and one count for each request, and the number that finds its lines.

use std::{thread, time::Duration};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
};

use tracing::Span;

use super::error_pages::request_id;
use crate::telemetry::http::{GIVEN_UP, Request};

/// Carries the number of the request to whoever asks for help. What a visitor sends under this name is ignored.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers that a phone fetches by the dozen; they are counted, and logged at debug only.
const STATIC_FILES: &str = "/static/";

/// A request in hand. It is dropped unanswered when its client hangs up, and when the process stops.
struct InHand {
    meter: Option<Request>,
    pattern: Option<String>,
    span: Span,
}

impl InHand {
    fn begin(request: &ServiceRequest) -> Self {
        Self {
            meter: Some(Request::begin()),
            // The pattern, not the path: what does not match a route may be anything.
            pattern: request.resource_map().match_pattern(request.path()),
            span: Span::current(),
        }
    }

    fn answered(mut self, status: StatusCode) {
        if let Some(meter) = self.meter.take() {
            let took = meter.answered(self.route(), status.as_str());
            self.log(status.as_u16(), took, "answered");
        }
    }

    fn log(&self, status: u16, took: Duration, what: &str) {
        let route = self.route();
        self.span.record("http.route", route);
        let duration_ms = u64::try_from(took.as_millis()).ok();
        if route.starts_with(STATIC_FILES) {
            tracing::debug!(http.status = status, duration_ms, "{what}");
        } else {
            tracing::info!(http.status = status, duration_ms, "{what}");
        }
    }

    fn route(&self) -> &str {
        self.pattern.as_deref().unwrap_or("-")
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        // Of a panic there is a line already.
        let meter = self.meter.take().filter(|_| !thread::panicking());
        if let Some(meter) = meter {
            let took = meter.given_up(self.route());
            self.span.in_scope(|| self.log(GIVEN_UP, took, "not answered"));
        }
    }
}

/// Counts, logs and numbers every answer, and counts and logs what is given up before there is one.
///
/// # Errors
/// What the service behind it fails with.
pub async fn request_log<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let in_hand = InHand::begin(&request);
    let id = HeaderValue::from_str(&request_id(request.request()));
    let mut outcome = next.call(request).await;
    let status = match &outcome {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    in_hand.answered(status);
    if let (Ok(response), Ok(id)) = (&mut outcome, id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    outcome
}

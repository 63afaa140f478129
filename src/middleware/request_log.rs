//! One line and one count for each request, and the number that finds its lines.

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

use super::error_pages::request_id;
use crate::telemetry::http::Request;

/// Carries the number of the request to whoever asks for help. What a visitor sends under this name is ignored.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers that a phone fetches by the dozen; they are counted, and logged at debug only.
const STATIC_FILES: &str = "/static/";

/// Counts, logs and numbers every answer.
///
/// # Errors
/// What the service behind it fails with.
pub async fn request_log<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let meter = Request::begin();
    // The pattern, not the path: what does not match a route may be anything.
    let pattern = request.resource_map().match_pattern(request.path());
    let id = HeaderValue::from_str(&request_id(request.request()));
    let mut outcome = next.call(request).await;
    let status = match &outcome {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    log(meter, pattern.as_deref().unwrap_or("-"), status);
    if let (Ok(response), Ok(id)) = (&mut outcome, id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    outcome
}

fn log(meter: Request, route: &str, status: StatusCode) {
    tracing::Span::current().record("http.route", route);
    let took = meter.answered(route, status.as_str());
    let (status, duration_ms) = (status.as_u16(), u64::try_from(took.as_millis()).ok());
    if route.starts_with(STATIC_FILES) {
        tracing::debug!(http.status = status, duration_ms, "answered");
    } else {
        tracing::info!(http.status = status, duration_ms, "answered");
    }
}

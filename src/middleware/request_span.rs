//! The span of a request and its one log line. Neither shows the query: the platform puts codes into it.

use std::time::Duration;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use crate::domain::Clock;

/// Builds the span that all log lines of a request stand in.
pub struct RequestSpan;

#[derive(Clone, Copy)]
struct BegunAt(Duration);

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        request.extensions_mut().insert(BegunAt(Clock::system().now_precise()));
        let id = request.extensions().get::<RequestId>().copied();
        tracing::info_span!(
            "request",
            request.id = id.map(tracing::field::display),
            http.method = %request.method(),
            http.route = tracing::field::Empty,
            fan.id = tracing::field::Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let Ok(response) = outcome else { return };
        let request = response.request();
        let begun_at = request.extensions().get::<BegunAt>().copied();
        let spent = begun_at.map(|begun| Clock::system().now_precise().saturating_sub(begun.0));
        // The pattern, not the path: what does not match a route may be anything.
        span.record("http.route", request.match_pattern().as_deref().unwrap_or("-"));
        let _entered = span.enter();
        tracing::info!(
            http.status = response.status().as_u16(),
            duration_ms = spent.and_then(|spent| u64::try_from(spent.as_millis()).ok()),
            "answered"
        );
    }
}

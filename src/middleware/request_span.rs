//! The span of a request. It does not contain the query, because the platform puts codes into it.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

/// Builds the span of all log lines of a request. The id is always made here, because a visitor could send that of another
/// request.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().copied();
        tracing::info_span!(
            "request",
            request.id = id.map(tracing::field::display),
            http.method = method(request.method()),
            http.route = tracing::field::Empty,
            fan.id = tracing::field::Empty,
            app.id = tracing::field::Empty,
        )
    }

    /// Logs nothing: `request_log` logs the request.
    fn on_request_end<B: MessageBody>(_: Span, _: &Result<ServiceResponse<B>, Error>) {}
}

/// Only known methods are logged. Others may be any text of any length.
fn method(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::DELETE
        | Method::CONNECT
        | Method::OPTIONS
        | Method::TRACE
        | Method::PATCH => method.as_str(),
        _ => "_OTHER",
    }
}

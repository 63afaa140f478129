//! Errors of the control API, as problem details.

use actix_web::{HttpResponse, error::InternalError, http::StatusCode};
use serde_json::json;

use crate::push_sender::NotReady;

pub(super) fn problem(status: StatusCode, detail: &str) -> HttpResponse {
    let title = match status {
        StatusCode::BAD_REQUEST => "The request is not understood",
        StatusCode::NOT_FOUND => "There is no such thing",
        _ => "It cannot be done",
    };
    let body = json!({ "title": title, "status": status.as_u16(), "detail": detail });
    HttpResponse::build(status)
        .content_type("application/problem+json")
        .body(body.to_string())
}

/// The problem of a push that cannot be sent.
pub(super) fn not_ready(missing: NotReady) -> HttpResponse {
    let status = match missing {
        NotReady::BadOptions => StatusCode::BAD_REQUEST,
        NotReady::NoUrl | NotReady::NoToken | NotReady::NoKey | NotReady::Stopped => StatusCode::CONFLICT,
    };
    problem(status, &missing.to_string())
}

/// The problem of a request that an extractor cannot read.
pub(super) fn unreadable<E: std::error::Error + 'static>(status: StatusCode, error: E) -> actix_web::Error {
    let response = problem(status, &error.to_string());
    InternalError::from_response(error, response).into()
}

//! The id of a request.

use actix_web::{HttpMessage, HttpRequest};
use tracing_actix_web::RequestId;

/// The id of a request in the log. Fans see it on error pages.
pub fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default()
}

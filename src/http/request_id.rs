//! The id of a request.

use actix_web::{HttpMessage, HttpRequest};
use tracing_actix_web::RequestId;

/// The id under which a request stands in the log; fans see it on error pages.
pub fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default()
}

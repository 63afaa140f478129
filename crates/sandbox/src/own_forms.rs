//! What changes something comes from the sandbox's own pages, or from programs.

use actix_web::{
    Error, HttpResponse,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};

/// Refuses forms of other sites, which could make a developer's browser push, or change fans. Programs send no such header,
/// and neither do browsers to a host that is neither loopback nor https.
pub async fn own_forms(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let site = request.headers().get("sec-fetch-site");
    let is_own = site.is_none_or(|site| site == "same-origin" || site == "none");
    if is_own || request.method().is_safe() {
        return next.call(request).await;
    }
    Ok(request.into_response(HttpResponse::Forbidden().body("this form is not the sandbox's own")))
}

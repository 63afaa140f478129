//! Forms of the sandbox's own pages alone.

use actix_web::{
    Error, HttpResponse,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};

/// Refuses forms of other sites, which could make a developer's browser push. Programs send no such header, and neither
/// do browsers to a host that is neither loopback nor https.
pub async fn own_forms(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let site = request.headers().get("sec-fetch-site");
    let is_own = site.is_none_or(|site| site == "same-origin" || site == "none");
    if is_own {
        return next.call(request).await;
    }
    Ok(request.into_response(HttpResponse::Forbidden().body("this form is not the sandbox's own")))
}

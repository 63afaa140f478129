//! Responses to HEAD have no body, also where the client has already sent its next request.

use actix_web::{
    Error,
    body::{self, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
};

/// Leaves the body out of a response to HEAD. The server does so by itself only until it has read the next request of
/// the same connection; afterwards a body would be taken for the next response.
///
/// # Errors
/// What the service behind it fails with.
pub async fn leave_body_out<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, body::None>>, Error> {
    let is_head = request.method() == Method::HEAD;
    let response = next.call(request).await?;
    Ok(if is_head {
        response.map_body(|_, _| EitherBody::right(body::None::new()))
    } else {
        response.map_into_left_body()
    })
}

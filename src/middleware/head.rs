//! Removes the body from responses to HEAD, also if the client has already sent its next request.

use actix_web::{
    Error,
    body::{self, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
};

/// Removes the body from a response to HEAD. The server itself does so only until it has read the next request of the
/// connection. After that the client would read the body as the next response.
///
/// # Errors
/// The error of the inner service.
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

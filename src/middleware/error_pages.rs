//! Turns bare errors into pages: a fan never sees a blank one.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::ServiceResponse,
    http::{StatusCode, header},
};
use tracing_actix_web::RequestId;

use super::{app_error::AppError, every_request::Answer};
use crate::views::{ErrorPage, Failure, Views};

/// The content type of every page.
pub const HTML: &str = "text/html; charset=utf-8";

/// A failure's page. Nothing on it, and nothing that the browser sends on from it, tells the address.
///
/// # Errors
/// If the page cannot be rendered.
pub fn error_answer(
    views: &Views,
    status: StatusCode,
    retry_after: Option<u32>,
    page: ErrorPage<'_>,
) -> Result<HttpResponse, AppError> {
    let page = match retry_after {
        Some(seconds) => page.with_retry_after(u64::from(seconds)),
        None => page,
    };
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = retry_after {
        answer.insert_header((header::RETRY_AFTER, seconds));
    }
    answer.insert_header((header::REFERRER_POLICY, "no-referrer"));
    Ok(answer.content_type(HTML).body(views.render(&page)?))
}

/// The number that finds a request in the log.
pub fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Puts the page of a failure into an error that has none.
///
/// # Errors
/// If even that page cannot be made.
pub(super) fn put_page<B: MessageBody + 'static>(views: &Views, response: Answer<B>) -> Result<Answer<B>, AppError> {
    let status = response.status();
    let has_page = response.headers().contains_key(header::CONTENT_TYPE) && response.response().error().is_none();
    if !(status.is_client_error() || status.is_server_error()) || has_page {
        return Ok(response);
    }
    let (request, bare) = response.into_parts();
    let ours = bare.error().and_then(|error| error.as_error::<AppError>());
    let failure = ours.map_or_else(|| failure_of(status), AppError::failure);
    let retry_after = ours.and_then(AppError::retry_after);
    let id = request_id(&request);
    let mut answer = error_answer(views, status, retry_after, ErrorPage::new(failure, &id))?;
    // What was set on the way, say the end of a session, is still meant.
    for name in [header::SET_COOKIE, header::ALLOW] {
        for value in bare.headers().get_all(&name) {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    Ok(ServiceResponse::new(request, answer).map_into_right_body())
}

fn failure_of(status: StatusCode) -> Failure {
    match status {
        StatusCode::NOT_FOUND => Failure::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Failure::MethodNotAllowed,
        StatusCode::TOO_MANY_REQUESTS => Failure::TooManyRequests,
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Failure::RequestTooLarge,
        status if status.is_client_error() => Failure::BadRequest,
        _ => Failure::Internal,
    }
}

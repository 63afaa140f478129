//! Turns errors without a body into pages, so that a fan never sees a blank one.

use actix_web::{
    body::{BoxBody, EitherBody, MessageBody},
    dev::ServiceResponse,
    http::header,
};

use crate::{
    http::{
        error::{AppError, PublicError},
        responses::error_page,
    },
    views::Views,
};

/// A response with a body of its own, or a page that was put in its place.
pub(super) type MaybePage<B> = ServiceResponse<EitherBody<B, BoxBody>>;

/// Puts the page of a failure into an error that has none.
///
/// # Errors
/// If even that page cannot be made.
pub(super) fn put_page<B: MessageBody + 'static>(
    views: &Views,
    response: MaybePage<B>,
) -> Result<MaybePage<B>, AppError> {
    let status = response.status();
    let has_page = response.headers().contains_key(header::CONTENT_TYPE) && response.response().error().is_none();
    if !(status.is_client_error() || status.is_server_error()) || has_page {
        return Ok(response);
    }
    let (request, bare) = response.into_parts();
    let ours = bare.error().and_then(|error| error.as_error::<AppError>());
    let error = ours.map_or_else(|| PublicError::from(status), PublicError::from);
    let mut page = error_page(views, &request, error, None)?;
    // Headers that were set before, for instance to end a session, stay.
    for name in [header::SET_COOKIE, header::ALLOW] {
        for value in bare.headers().get_all(&name) {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    Ok(ServiceResponse::new(request, page).map_into_right_body())
}

//! Pages and redirects as responses.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header};

use super::{
    error::{AppError, ErrorKind},
    language::render_context,
    request_id::request_id,
};
use crate::views::{ErrorPage, Page, Retry, Views};

/// Marks a response of the platform that goes back as it came, whatever its status.
#[derive(Debug, Clone, Copy)]
pub struct PassedOn;

/// The content type of every page.
const HTML: &str = "text/html; charset=utf-8";

/// 200 with a page, in the language of the request.
///
/// # Errors
/// If the page cannot be rendered.
pub fn page<P: Page>(views: &Views, request: &HttpRequest, page: &P) -> Result<HttpResponse, AppError> {
    html(HttpResponse::Ok(), views, request, page)
}

/// 303: the browser follows with a GET, and the current URL does not stay in its history.
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, location))
        .finish()
}

/// The page of a failure, with its usual button or the one in `retry`. Neither the page nor what the browser sends from it
/// reveals its URL.
///
/// # Errors
/// If the page cannot be rendered.
pub fn error_page(
    views: &Views,
    request: &HttpRequest,
    kind: ErrorKind,
    retry: Option<Retry<'_>>,
) -> Result<HttpResponse, AppError> {
    let row = kind.row();
    let id = request_id(request);
    let mut page = ErrorPage::new(row.failure, &id);
    if let Some(retry) = retry {
        page = page.with_retry(retry);
    }
    let mut response = HttpResponse::build(row.status);
    if let Some(seconds) = row.retry_after {
        page = page.with_retry_after(u64::from(seconds));
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    response.insert_header((header::REFERRER_POLICY, "no-referrer"));
    html(response, views, request, &page)
}

/// No page may be cached, so none needs a `Vary` for its language.
fn html<P: Page>(
    mut response: HttpResponseBuilder,
    views: &Views,
    request: &HttpRequest,
    page: &P,
) -> Result<HttpResponse, AppError> {
    let shown = render_context(request);
    let body = views.render(page, &shown)?;
    response
        .content_type(HTML)
        .insert_header((header::CONTENT_LANGUAGE, shown.language.tag()));
    Ok(response.body(body))
}

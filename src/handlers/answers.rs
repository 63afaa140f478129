//! How pages and redirects become answers.

use std::fmt::Write;

use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    http::header,
};

use super::AppState;
use crate::{
    middleware::{app_error::AppError, error_pages::HTML},
    services::login::CookieChange,
    views::Page,
};

/// Room for a `Set-Cookie`; most are shorter.
const COOKIE: usize = 384;

/// A page.
pub(super) fn page<P: Page>(state: &AppState, page: &P) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::Ok().content_type(HTML).body(state.views.render(page)?))
}

/// A 303: the browser follows with a GET, and the address that it leaves does not stay in the history.
pub(super) fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, location))
        .finish()
}

/// Tells the browser what to do with its login cookies.
pub(super) fn set_cookies(state: &AppState, mut answer: HttpResponse, changes: Vec<CookieChange>) -> HttpResponse {
    for change in changes {
        let (value, seconds) = change.value.unwrap_or_default();
        let cookie = Cookie::build(change.name, value)
            .path("/")
            .http_only(true)
            .secure(state.site.is_secure())
            .same_site(SameSite::Lax)
            .max_age(Duration::seconds(i64::from(seconds)))
            .finish();
        let mut line = String::with_capacity(COOKIE);
        // Name and value are of a header's alphabet: hexadecimal digits and base64.
        if write!(line, "{cookie}").is_ok()
            && let Ok(value) = header::HeaderValue::try_from(line)
        {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    answer
}

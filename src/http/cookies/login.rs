//! Reads and sets the cookies of logins.

use std::fmt::Write;

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    http::header,
};

use super::raw::raw_cookies;
use crate::services::login::{CookieChange, Logins, SentCookie};

/// Bytes reserved for one `Set-Cookie`; most are shorter.
const SET_COOKIE_CAPACITY: usize = 384;

/// The login cookies of a request.
pub fn sent_login_cookies(request: &HttpRequest, logins: &Logins) -> Vec<SentCookie> {
    raw_cookies(request.headers())
        .filter(|(name, _)| logins.is_login_cookie(name))
        .map(|(name, value)| SentCookie {
            name: name.to_owned(),
            value: value.to_owned(),
        })
        .collect()
}

/// Sets and removes login cookies. `secure`: whether the site is served over https.
pub fn set_login_cookies(mut response: HttpResponse, changes: Vec<CookieChange>, secure: bool) -> HttpResponse {
    for change in changes {
        let (value, seconds) = change.value.unwrap_or_default();
        let cookie = Cookie::build(change.name, value)
            .path("/")
            .http_only(true)
            .secure(secure)
            .same_site(SameSite::Lax)
            .max_age(Duration::seconds(i64::from(seconds)))
            .finish();
        let mut line = String::with_capacity(SET_COOKIE_CAPACITY);
        // Name and value consist of hexadecimal digits and base64, which a header may contain.
        if write!(line, "{cookie}").is_ok()
            && let Ok(value) = header::HeaderValue::try_from(line)
        {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

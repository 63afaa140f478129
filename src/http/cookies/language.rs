//! The cookie that keeps a visitor's choice of a language.

use actix_web::{
    cookie::{Cookie, SameSite, time::Duration},
    http::header::{self, HeaderMap, HeaderValue},
};

use super::raw::raw_cookies;
use crate::domain::Language;

const NAME: &str = "fanpass_lang";
const SECURE_NAME: &str = "__Host-fanpass_lang";

/// Browsers keep no cookie for much longer.
const TTL: Duration = Duration::days(365);

/// Names and makes the cookie. Its value is the language's code: a visitor may know it, and whatever else it holds means
/// nothing.
#[derive(Debug, Clone, Copy)]
pub struct LanguageCookie {
    secure: bool,
}

impl LanguageCookie {
    /// `secure`: whether the site is served over https.
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// Whether a cookie of this name and value is this one.
    pub(super) fn is_ours(self, name: &str, value: &str) -> bool {
        name == self.name() && Language::of_code(value).is_some()
    }

    /// The `Set-Cookie` that keeps a choice.
    pub(in crate::http) fn keep(self, language: Language) -> Option<HeaderValue> {
        let cookie = Cookie::build(self.name(), language.code())
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(TTL)
            .finish();
        HeaderValue::try_from(cookie.to_string()).ok()
    }

    const fn name(self) -> &'static str {
        match self.secure {
            true => SECURE_NAME,
            false => NAME,
        }
    }
}

/// The language that the cookie keeps. [`super::own::OwnCookies`] has removed the name that is not ours.
pub(in crate::http) fn kept_language(headers: &HeaderMap) -> Option<Language> {
    if !headers.contains_key(header::COOKIE) {
        return None;
    }
    let ours = raw_cookies(headers).filter(|(name, _)| [NAME, SECURE_NAME].contains(name));
    ours.filter_map(|(_, value)| Language::of_code(value)).next()
}

//! Removes all cookies from a request except our own.
//!
//! actix-session uses the first cookie whose *decoded* name is its own, and ignores all cookies if one cannot be decoded.
//! Here our cookies are selected by their raw names before that. So a look-alike (`%5F%5FHost-…`, a leading U+00A0) does not
//! count as ours, and invalid bytes in another cookie hide none of ours.

use actix_web::{
    cookie::Cookie,
    http::header::{self, HeaderMap, HeaderValue},
};

use super::{language::LanguageCookie, raw::raw_cookies, session::SessionCookie};
use crate::{
    domain::FanId,
    services::login::{LoginLoopGuard, PendingLogins},
};

/// Bytes reserved for our cookies; most browsers send fewer.
const CAPACITY: usize = 768;

/// Distinguishes our cookies from others.
#[derive(Clone)]
pub struct OwnCookies {
    session: SessionCookie,
    logins: PendingLogins,
    loop_guard: LoginLoopGuard,
    language: LanguageCookie,
}

impl OwnCookies {
    /// Ours are the session's cookie, those of logins, and the one of the language.
    pub const fn new(
        session: SessionCookie,
        logins: PendingLogins,
        loop_guard: LoginLoopGuard,
        language: LanguageCookie,
    ) -> Self {
        Self {
            session,
            logins,
            loop_guard,
            language,
        }
    }

    /// The cookie of the language.
    pub const fn language(&self) -> LanguageCookie {
        self.language
    }

    /// Replaces the `Cookie` headers by one with our cookies, and at most one session.
    pub fn keep_only(&self, headers: &mut HeaderMap) {
        if !headers.contains_key(header::COOKIE) {
            return;
        }
        let kept = self.kept(headers);
        headers.remove(header::COOKIE);
        // The pairs came in a header, so they are valid in one.
        if !kept.is_empty()
            && let Ok(value) = HeaderValue::try_from(kept)
        {
            headers.insert(header::COOKIE, value);
        }
    }

    /// The fan whose session's cookie this is, for the audit trail: while the revocations are unknown it may have ended.
    pub fn signed_in_fan(&self, headers: &HeaderMap) -> Option<FanId> {
        let sessions = raw_cookies(headers).filter(|(name, _)| *name == self.session.name());
        self.session.signed_in_fan(sessions.map(|(_, value)| value))
    }

    fn kept(&self, headers: &HeaderMap) -> String {
        let mut kept = String::with_capacity(CAPACITY);
        let mut sessions = Vec::new();
        let mut has_language = false;
        for (name, value) in raw_cookies(headers) {
            if name == self.session.name() {
                sessions.push(value);
            } else if self.logins.is_ours(name) || self.loop_guard.is_ours(name) {
                append(&mut kept, name, value);
            } else if !has_language && self.language.is_ours(name, value) {
                has_language = true;
                append(&mut kept, name, value);
            }
        }
        if let Some(session) = self.session.choose(sessions.into_iter()) {
            append(&mut kept, self.session.name(), &self.session.under_current_key(session));
        }
        kept
    }
}

/// Appends a pair that actix can read.
fn append(kept: &mut String, name: &str, value: &str) {
    let before = kept.len();
    let separator = if kept.is_empty() { "" } else { "; " };
    kept.extend([separator, name, "=", value]);
    let pair = kept.get(before.saturating_add(separator.len())..);
    if !pair.is_some_and(is_readable) {
        kept.truncate(before);
    }
}

/// Whether actix can read the pair. It can if there are no escapes, or only escapes of ASCII.
fn is_readable(pair: &str) -> bool {
    let mut escapes = pair.split('%').skip(1);
    escapes.all(|escaped| escaped.starts_with(['2', '3', '4', '5', '6', '7'])) || Cookie::parse_encoded(pair).is_ok()
}

//! Leaves of a request's cookies only our own.
//!
//! actix-session takes the first cookie whose *decoded* name is its own, and gives up on all cookies where one cannot be
//! decoded. Here ours are chosen by their raw names before it looks: a look-alike (`%5F%5FHost-…`, a leading U+00A0)
//! is somebody else's, and a neighbour's broken bytes hide nothing.

use actix_web::{
    cookie::Cookie,
    http::header::{self, HeaderMap, HeaderValue},
};

use super::{raw::raw_cookies, session::SessionCookie};
use crate::services::login::{LoginLoopGuard, PendingLogins};

/// Bytes reserved for our cookies; most browsers send fewer.
const CAPACITY: usize = 768;

/// Tells our cookies from others.
#[derive(Clone)]
pub struct OwnCookies {
    session: SessionCookie,
    logins: PendingLogins,
    loop_guard: LoginLoopGuard,
}

impl OwnCookies {
    /// Ours are the session's cookie and those of logins.
    pub const fn new(session: SessionCookie, logins: PendingLogins, loop_guard: LoginLoopGuard) -> Self {
        Self {
            session,
            logins,
            loop_guard,
        }
    }

    /// Rewrites the `Cookie` headers to one that holds our cookies, and at most one session.
    pub fn keep_only(&self, headers: &mut HeaderMap) {
        if !headers.contains_key(header::COOKIE) {
            return;
        }
        let kept = self.kept(headers);
        headers.remove(header::COOKIE);
        // Pairs that came in a header fit into one.
        if !kept.is_empty()
            && let Ok(value) = HeaderValue::try_from(kept)
        {
            headers.insert(header::COOKIE, value);
        }
    }

    fn kept(&self, headers: &HeaderMap) -> String {
        let mut kept = String::with_capacity(CAPACITY);
        let mut sessions = Vec::new();
        for (name, value) in raw_cookies(headers) {
            if name == self.session.name() {
                sessions.push(value);
            } else if self.logins.is_ours(name) || self.loop_guard.is_ours(name) {
                append(&mut kept, name, value);
            }
        }
        if let Some(session) = self.session.choose(sessions.into_iter()) {
            append(&mut kept, self.session.name(), session);
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

/// Whether actix reads a pair of ours: without escapes, or with escapes of ASCII alone, nothing can go wrong.
fn is_readable(pair: &str) -> bool {
    let mut escapes = pair.split('%').skip(1);
    escapes.all(|escaped| escaped.starts_with(['2', '3', '4', '5', '6', '7'])) || Cookie::parse_encoded(pair).is_ok()
}

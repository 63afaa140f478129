//! Leaves of a request's cookies only our own.
//!
//! actix-session takes the first cookie whose *decoded* name is its own, and gives up on all cookies where one cannot be
//! decoded. Here ours are chosen by their raw names before it looks: a look-alike (`%5F%5FHost-…`, a leading U+00A0)
//! is somebody else's, and a neighbour's broken bytes hide nothing.

use actix_web::{
    cookie::Cookie,
    http::header::{self, HeaderMap, HeaderValue},
};

use super::session::SessionCookie;
use crate::services::{login_marks::LoginMarks, pending_logins::PendingLogins};

/// Blanks that may surround a pair. Not `str::trim`, which also takes U+00A0 and so makes look-alikes ours.
const BLANKS: [char; 2] = [' ', '\t'];

/// Knows our cookies.
#[derive(Clone)]
pub struct OwnCookies {
    session: SessionCookie,
    logins: PendingLogins,
    marks: LoginMarks,
}

impl OwnCookies {
    /// The session's cookie and those of logins.
    pub const fn new(session: SessionCookie, logins: PendingLogins, marks: LoginMarks) -> Self {
        Self { session, logins, marks }
    }

    /// Rewrites the `Cookie` headers to one that holds our cookies, and at most one session.
    pub fn keep_only(&self, headers: &mut HeaderMap) {
        let kept = self.kept(headers);
        headers.remove(header::COOKIE);
        // Pairs that came in a header fit into one.
        if let Some(Ok(value)) = kept.map(|pairs| HeaderValue::from_str(&pairs)) {
            headers.insert(header::COOKIE, value);
        }
    }

    fn kept(&self, headers: &HeaderMap) -> Option<String> {
        let is_session = |(name, _): &(&str, &str)| *name == self.session.name();
        let sessions = raw_cookies(headers).filter(is_session).map(|(_, value)| value);
        let session = self.session.choose(sessions).map(|value| (self.session.name(), value));
        let logins = raw_cookies(headers).filter(|(name, _)| self.logins.is_ours(name) || self.marks.is_ours(name));
        let pairs = session
            .into_iter()
            .chain(logins)
            .map(|(name, value)| format!("{name}={value}"));
        let readable = pairs.filter(|pair| Cookie::parse_encoded(pair.as_str()).is_ok());
        let pairs: Vec<String> = readable.collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// The cookies of a request as they were sent, name and value. A pair with invalid bytes is left out; it hides no other.
pub fn raw_cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE);
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let pairs = pairs.filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| pair.trim_matches(BLANKS).split_once('='))
}

//! The session's cookie, which contains the encrypted sign-in.

use std::collections::HashMap;

use actix_session::{SessionMiddleware, config::PersistentSession, storage::CookieSessionStore};
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite, time::Duration};

use crate::{
    domain::{AppId, FanId, SignIn, Timestamp},
    http::session::SIGN_IN_KEY,
    services::{sealing::session_cookie_key, sessions::Sessions},
    settings::SessionKey,
};

/// The session's cookie: its name, its key, and the choice among several.
#[derive(Clone)]
pub struct SessionCookie {
    name: &'static str,
    secure: bool,
    key: Key,
    sessions: Sessions,
}

/// The content of a cookie, ordered so that the better one is greater. A sign-in that has ended counts as none.
#[derive(PartialEq, PartialOrd)]
struct Sealed {
    signed_in_at: Option<Timestamp>,
}

impl SessionCookie {
    /// `secure`: whether the site is served over https.
    pub fn new(key: &SessionKey, app_id: &AppId, sessions: Sessions, secure: bool) -> Self {
        Self {
            name: match secure {
                true => "__Host-fanpass_session",
                false => "fanpass_session",
            },
            secure,
            key: Key::from(&session_cookie_key(key, app_id)),
            sessions,
        }
    }

    /// The cookie's name. Over https it begins with `__Host-`, so that sibling sites cannot set it.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The middleware that reads and writes the cookie. The browser is asked to keep it for `ttl_seconds`.
    pub fn middleware(&self, ttl_seconds: u32) -> SessionMiddleware<CookieSessionStore> {
        SessionMiddleware::builder(CookieSessionStore::default(), self.key.clone())
            .cookie_name(self.name.to_owned())
            .cookie_secure(self.secure)
            .cookie_http_only(true)
            .cookie_same_site(SameSite::Lax)
            .cookie_path("/".to_owned())
            .session_lifecycle(ttl(ttl_seconds))
            .build()
    }

    /// Chooses among the values that were sent under our name, because a sibling site can add its own: the one with the
    /// newest live sign-in, otherwise the first that we sealed. A single value is not opened.
    pub fn choose<'a>(&self, mut values: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        let first = values.next()?;
        let Some(second) = values.next() else {
            // There is no choice. The session middleware checks whether it is ours.
            return Some(first);
        };
        let sealed = [first, second].into_iter().chain(values);
        let sealed = sealed.filter_map(|value| Some((self.open(value)?, value)));
        let best = sealed.reduce(|best, other| if other.0 > best.0 { other } else { best });
        best.map(|(_, value)| value)
    }

    /// The fan of the live session among these values, if there is one.
    pub(super) fn signed_in_fan<'a>(&self, values: impl Iterator<Item = &'a str>) -> Option<FanId> {
        let value = self.choose(values)?;
        self.sign_in(value)?.map(|sign_in| sign_in.fan_id)
    }

    /// None if it was not sealed by us.
    fn open(&self, value: &str) -> Option<Sealed> {
        let live = self.sign_in(value)?;
        Some(Sealed {
            signed_in_at: live.map(|sign_in| sign_in.signed_in_at),
        })
    }

    /// The live sign-in in a cookie, if there is one. None if the cookie was not sealed by us.
    fn sign_in(&self, value: &str) -> Option<Option<SignIn>> {
        let cookie = Cookie::parse_encoded(format!("{}={value}", self.name)).ok()?;
        let mut jar = CookieJar::new();
        jar.add_original(cookie.into_owned());
        let opened = jar.private(&self.key).get(self.name)?;
        // The format of actix-session's cookie store: a JSON map whose values are JSON texts.
        let state: Option<HashMap<String, String>> = serde_json::from_str(opened.value()).ok();
        let sign_in: Option<SignIn> = state.and_then(|state| serde_json::from_str(state.get(SIGN_IN_KEY)?).ok());
        // While the revocations are unknown, each may be the right one.
        Some(sign_in.filter(|sign_in| self.sessions.is_live(sign_in).unwrap_or(true)))
    }
}

/// The session cookie's `Max-Age`. Whether a sign-in still counts is up to [`Sessions::is_live`].
fn ttl(seconds: u32) -> PersistentSession {
    PersistentSession::default().session_ttl(Duration::seconds(i64::from(seconds)))
}

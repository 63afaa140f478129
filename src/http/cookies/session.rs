//! The session's cookie, which contains the encrypted sign-in.

use std::{borrow::Cow, collections::HashMap};

use actix_session::{SessionMiddleware, config::PersistentSession, storage::CookieSessionStore};
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite, time::Duration};

use crate::{
    domain::{AppId, FanId, SignIn, Timestamp},
    http::session::SIGN_IN_KEY,
    services::{sealing::session_cookie_key, sessions::Sessions},
    settings::SessionKeys,
};

/// The session's cookie: its name, its key, and the choice among several.
#[derive(Clone)]
pub struct SessionCookie {
    name: &'static str,
    secure: bool,
    key: Key,
    /// The keys that only open.
    also: Vec<Key>,
    sessions: Sessions,
}

/// The content of a cookie, ordered so that the better one is greater. A sign-in that has ended counts as none.
#[derive(PartialEq, PartialOrd)]
struct Sealed {
    signed_in_at: Option<Timestamp>,
}

impl SessionCookie {
    /// `secure`: whether the site is served over https.
    pub fn new(keys: &SessionKeys, app_id: &AppId, sessions: Sessions, secure: bool) -> Self {
        let derive = |key| Key::from(&session_cookie_key(key, app_id));
        Self {
            name: match secure {
                true => "__Host-fanpass_session",
                false => "fanpass_session",
            },
            secure,
            key: derive(keys.current()),
            also: keys.also().iter().map(derive).collect(),
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

    /// The value under the current key, which is the only one that the session middleware knows. What the session says, and
    /// how long it lasts, stays the same.
    pub(super) fn under_current_key<'a>(&self, value: &'a str) -> Cow<'a, str> {
        if self.also.is_empty() || self.decrypt(&self.key, value).is_some() {
            return value.into();
        }
        let content = self.also.iter().find_map(|key| self.decrypt(key, value));
        content.map_or(value.into(), |content| self.encrypt(content).into())
    }

    fn decrypt(&self, key: &Key, value: &str) -> Option<String> {
        let cookie = Cookie::parse_encoded(format!("{}={value}", self.name)).ok()?;
        let mut jar = CookieJar::new();
        jar.add_original(cookie.into_owned());
        Some(jar.private(key).get(self.name)?.value().to_owned())
    }

    fn encrypt(&self, content: String) -> String {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.key).add(Cookie::new(self.name, content));
        let encrypted = jar.get(self.name).map(|cookie| cookie.encoded().stripped().to_string());
        let value = encrypted.as_deref().and_then(|pair| pair.split_once('='));
        value.map(|(_, value)| value.to_owned()).unwrap_or_default()
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
        let mut keys = std::iter::once(&self.key).chain(&self.also);
        let content = keys.find_map(|key| self.decrypt(key, value))?;
        // The format of actix-session's cookie store: a JSON map whose values are JSON texts.
        let state: Option<HashMap<String, String>> = serde_json::from_str(&content).ok();
        let sign_in: Option<SignIn> = state.and_then(|state| serde_json::from_str(state.get(SIGN_IN_KEY)?).ok());
        // While the revocations are unknown, each may be the right one.
        Some(sign_in.filter(|sign_in| self.sessions.is_live(sign_in).unwrap_or(true)))
    }
}

/// The session cookie's `Max-Age`. Whether a sign-in still counts is up to [`Sessions::is_live`].
fn ttl(seconds: u32) -> PersistentSession {
    PersistentSession::default().session_ttl(Duration::seconds(i64::from(seconds)))
}

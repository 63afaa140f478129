//! The session: an encrypted cookie that holds a [`SignIn`] and nothing else.

use std::collections::HashMap;

use actix_session::{
    Session, SessionInsertError, SessionMiddleware, config::PersistentSession, storage::CookieSessionStore,
};
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite, time::Duration};

use crate::{
    domain::{AppId, SignIn, Timestamp},
    services::{ServiceError, sealing::session_cookie_key, sessions::Sessions},
    settings::SessionKey,
    telemetry::{self, sessions::SessionEnd},
};

const SIGN_IN: &str = "fan";

/// The session's cookie: its name, what seals it, and which of several is the right one.
#[derive(Clone)]
pub struct SessionCookie {
    name: &'static str,
    secure: bool,
    key: Key,
    sessions: Sessions,
}

/// What a cookie of ours holds; a sign-in that has ended counts for nothing. The better one is greater.
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

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The middleware that reads and writes it. `ttl_seconds` is how long the browser is asked to keep it.
    pub fn layer(&self, ttl_seconds: u32) -> SessionMiddleware<CookieSessionStore> {
        let life = PersistentSession::default().session_ttl(Duration::seconds(i64::from(ttl_seconds)));
        SessionMiddleware::builder(CookieSessionStore::default(), self.key.clone())
            .cookie_name(self.name.to_owned())
            .cookie_secure(self.secure)
            .cookie_http_only(true)
            .cookie_same_site(SameSite::Lax)
            .cookie_path("/".to_owned())
            .session_lifecycle(life)
            .build()
    }

    /// Of the values that were sent under our name (a sibling site can add its own), the one with the newest live
    /// sign-in; failing that, the first that we sealed. One alone is not looked into.
    pub fn choose<'a>(&self, mut values: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        let first = values.next()?;
        let Some(second) = values.next() else {
            // There is no choice; the session middleware finds out whether it is ours.
            return Some(first);
        };
        let sealed = [first, second].into_iter().chain(values);
        let sealed = sealed.filter_map(|value| Some((self.open(value)?, value)));
        let best = sealed.reduce(|best, other| if other.0 > best.0 { other } else { best });
        best.map(|(_, value)| value)
    }

    /// None: not sealed by us.
    fn open(&self, value: &str) -> Option<Sealed> {
        let cookie = Cookie::parse_encoded(format!("{}={value}", self.name)).ok()?;
        let mut jar = CookieJar::new();
        jar.add_original(cookie.into_owned());
        let opened = jar.private(&self.key).get(self.name)?;
        // As actix-session's cookie store writes it: a map of JSON texts, itself as JSON.
        let state: Option<HashMap<String, String>> = serde_json::from_str(opened.value()).ok();
        let sign_in: Option<SignIn> = state.and_then(|state| serde_json::from_str(state.get(SIGN_IN)?).ok());
        // Where nobody knows, each may be the right one.
        let live = sign_in.filter(|sign_in| self.sessions.is_live(sign_in).unwrap_or(true));
        Some(Sealed {
            signed_in_at: live.map(|sign_in| sign_in.signed_in_at),
        })
    }
}

/// The signed-in fan of a request, if the session is still good by the server's clock and nobody ended it.
///
/// # Errors
/// [`ServiceError::SessionsUnknown`] for who brings a session that nothing can be said about.
pub fn signed_in(session: &Session, sessions: &Sessions) -> Result<Option<SignIn>, ServiceError> {
    let Some(sign_in) = carried(session, sessions) else {
        return Ok(None);
    };
    let live = sessions.is_live(&sign_in)?.then(|| {
        tracing::Span::current().record("fan.id", tracing::field::display(sign_in.fan_id));
        sign_in
    });
    Ok(live)
}

/// The sign-in to this account that a request carries, whatever it is still good for.
pub fn carried(session: &Session, sessions: &Sessions) -> Option<SignIn> {
    let sign_in = session.get::<SignIn>(SIGN_IN).ok().flatten();
    sign_in.filter(|sign_in| sessions.is_of_account(sign_in))
}

/// Begins a session in the place of any that was there.
///
/// # Errors
/// If the sign-in cannot be written as JSON.
pub fn begin_session(session: &Session, sign_in: &SignIn) -> Result<(), SessionInsertError> {
    session.clear();
    session.renew();
    session.insert(SIGN_IN, sign_in)?;
    telemetry::metrics().sessions.begun();
    Ok(())
}

/// Ends the session.
pub fn end_session(session: &Session, reason: SessionEnd) {
    session.purge();
    telemetry::metrics().sessions.ended(reason);
}

//! The session: an encrypted cookie that holds a [`SignIn`] and nothing else.

use actix_session::{
    Session, SessionInsertError, SessionMiddleware, config::PersistentSession, storage::CookieSessionStore,
};
use actix_web::cookie::{Key, SameSite, time::Duration};

use crate::{
    services::{
        sealing::session_cookie_key,
        sessions::{Sessions, SignIn},
    },
    settings::SessionKey,
    telemetry,
};

const SIGN_IN: &str = "fan";

/// The middleware that reads and writes the cookie. `secure`: whether the site is served over https.
pub fn layer(key: &SessionKey, ttl_seconds: u32, secure: bool) -> SessionMiddleware<CookieSessionStore> {
    let name = if secure {
        "__Host-fanpass_session"
    } else {
        "fanpass_session"
    };
    let life = PersistentSession::default().session_ttl(Duration::seconds(i64::from(ttl_seconds)));
    SessionMiddleware::builder(CookieSessionStore::default(), Key::from(&session_cookie_key(key)))
        .cookie_name(name.to_owned())
        .cookie_secure(secure)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .session_lifecycle(life)
        .build()
}

/// The signed-in fan of a request, if the session is still good by the server's clock.
pub fn signed_in(session: &Session, sessions: &Sessions) -> Option<SignIn> {
    let sign_in = session.get::<SignIn>(SIGN_IN).ok().flatten()?;
    sessions.is_live(&sign_in).then(|| {
        tracing::Span::current().record("fan.id", tracing::field::display(sign_in.fan_id));
        sign_in
    })
}

/// Begins a session in the place of any that was there.
///
/// # Errors
/// If the sign-in cannot be written as JSON.
pub fn begin_session(session: &Session, sign_in: &SignIn) -> Result<(), SessionInsertError> {
    session.clear();
    session.renew();
    session.insert(SIGN_IN, sign_in)?;
    telemetry::sessions::begun();
    Ok(())
}

/// Ends the session, for a `reason` that metrics have a word for.
pub fn end_session(session: &Session, reason: &'static str) {
    session.purge();
    telemetry::sessions::ended(reason);
}

//! The session of a request: it holds a [`SignIn`] and nothing else.

use actix_session::{Session, SessionInsertError};

use crate::{
    domain::SignIn,
    services::{ServiceError, sessions::Sessions},
    telemetry::{self, sessions::SessionEnd},
};

/// The key of the sign-in within the session.
pub(super) const SIGN_IN_KEY: &str = "fan";

/// The sign-in of a request, if the session is still good by the server's clock and nobody revoked it.
///
/// # Errors
/// [`ServiceError::SessionsUnknown`] where there is a session and revocations have not been read yet.
pub fn signed_in(session: &Session, sessions: &Sessions) -> Result<Option<SignIn>, ServiceError> {
    let Some(sign_in) = unverified_sign_in(session, sessions) else {
        return Ok(None);
    };
    let live = sessions.is_live(&sign_in)?.then(|| {
        tracing::Span::current().record("fan.id", tracing::field::display(sign_in.fan_id));
        sign_in
    });
    Ok(live)
}

/// The sign-in to this account that a request carries; it may be expired or revoked.
pub fn unverified_sign_in(session: &Session, sessions: &Sessions) -> Option<SignIn> {
    let sign_in = session.get::<SignIn>(SIGN_IN_KEY).ok().flatten();
    sign_in.filter(|sign_in| sessions.is_of_account(sign_in))
}

/// Begins a session, instead of any that was there.
///
/// # Errors
/// If the sign-in cannot be written as JSON.
pub fn begin_session(session: &Session, sign_in: &SignIn) -> Result<(), SessionInsertError> {
    session.clear();
    session.renew();
    session.insert(SIGN_IN_KEY, sign_in)?;
    telemetry::metrics().sessions.begun();
    Ok(())
}

/// Ends the session, and counts it.
pub fn end_session(session: &Session, reason: SessionEnd) {
    session.purge();
    telemetry::metrics().sessions.ended(reason);
}

//! The session of a request: it contains a [`SignIn`] and nothing else.

use actix_session::{Session, SessionInsertError};

use crate::{
    domain::SignIn,
    services::{ServiceError, sessions::Sessions},
    telemetry::{
        events::{AccountEvents, Event},
        sessions::SessionEnd,
    },
};

/// The key of the sign-in within the session.
pub(super) const SIGN_IN_KEY: &str = "fan";

/// The sign-in of a request, if the session is neither expired nor revoked.
///
/// # Errors
/// [`ServiceError::SessionsUnknown`] if there is a session and the revocations are not read yet.
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

/// The request's sign-in to this account, which may be expired or revoked.
pub fn unverified_sign_in(session: &Session, sessions: &Sessions) -> Option<SignIn> {
    let sign_in = session.get::<SignIn>(SIGN_IN_KEY).ok().flatten();
    sign_in.filter(|sign_in| sessions.is_of_account(sign_in))
}

/// Begins a session, and replaces an earlier one.
///
/// # Errors
/// If the sign-in cannot be written as JSON.
pub fn begin_session(session: &Session, sign_in: &SignIn) -> Result<(), SessionInsertError> {
    session.clear();
    session.renew();
    session.insert(SIGN_IN_KEY, sign_in)
}

/// Ends the session, and counts it.
pub fn end_session(session: &Session, reason: SessionEnd, events: &AccountEvents) {
    session.purge();
    events.record(Event::SessionEnded(reason));
}

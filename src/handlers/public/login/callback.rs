use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, http::header, web};

use super::LoginState;
use crate::{
    audit::{self, Refusal},
    domain::{FanId, NextPath, Scope, routes},
    http::{
        client_ip::client_ip,
        cookies::login::{sent_login_cookies, set_login_cookies},
        error::{AppError, ErrorKind},
        responses::{error_page, page, see_other},
        session::{begin_session, signed_in},
    },
    services::login::{Callback, CallbackOutcome, LoginFailure},
    telemetry::events::Event,
    views::{DeclinedPage, Retry, SnapshotPage, links},
};

/// `GET /wechat/callback?code&state`: completes a login or a registration.
pub(super) async fn callback(
    request: HttpRequest,
    session: Session,
    state: web::Data<LoginState>,
) -> Result<HttpResponse, AppError> {
    if let Some(response) = state
        .entry
        .instead_of_login(&request, routes::INDEX, &NextPath::root())?
    {
        return Ok(response);
    }
    let sent = sent_login_cookies(&request, &state.entry.logins);
    let callback = Callback::from_query(request.query_string());
    let completed = state.entry.logins.complete(callback, &sent).await?;
    let mut response = match refused(&request, &session, &state, &completed.outcome)? {
        Some(fan_is_back) => fan_is_back,
        None => response(&request, &session, &state, completed.outcome)?,
    };
    response
        .headers_mut()
        .insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    Ok(set_login_cookies(response, completed.cookies, state.site().is_secure()))
}

/// Records a refusal. A fan who is signed in and opens an old callback from the history or a bookmark is not refused, but
/// sent to the index page.
fn refused(
    request: &HttpRequest,
    session: &Session,
    state: &LoginState,
    outcome: &CallbackOutcome,
) -> Result<Option<HttpResponse>, AppError> {
    let Some(why) = refusal_of(outcome) else {
        return Ok(None);
    };
    let fan: Option<FanId> = match signed_in(session, &state.sessions) {
        Ok(sign_in) => sign_in.map(|sign_in| sign_in.fan_id),
        Err(error) if why == Refusal::UnknownState => return Err(error.into()),
        Err(_) => None,
    };
    if why == Refusal::UnknownState && fan.is_some() {
        return Ok(Some(see_other(routes::INDEX)));
    }
    state.refusals.record(why, fan, client_ip(request));
    Ok(None)
}

fn response(
    request: &HttpRequest,
    session: &Session,
    state: &LoginState,
    outcome: CallbackOutcome,
) -> Result<HttpResponse, AppError> {
    match outcome {
        CallbackOutcome::SignedIn { fan, scope, next } => {
            let id = fan.id;
            tracing::Span::current().record("fan.id", tracing::field::display(id));
            begin_session(session, &state.sessions.begin(fan))?;
            state.events.record(Event::SignIn(scope));
            audit::sign_in(state.sessions.app_id(), id, client_ip(request));
            Ok(see_other(next.as_str()))
        }
        CallbackOutcome::Unregistered { next } => Ok(see_other(&links::welcome(&next))),
        CallbackOutcome::Restarted { authorize_url } => Ok(see_other(&authorize_url)),
        CallbackOutcome::UnknownState => error_page(&state.entry.views, request, ErrorKind::LoginExpired, None),
        CallbackOutcome::Declined { scope, next } => {
            page(&state.entry.views, request, &DeclinedPage::new(scope, &next))
        }
        CallbackOutcome::Snapshot { next } => page(&state.entry.views, request, &SnapshotPage::new(&next)),
        CallbackOutcome::Failed { failure, scope, next } => {
            let retry = retry(failure, scope, &next);
            error_page(&state.entry.views, request, failure.into(), Some(retry))
        }
    }
}

/// The refusal for the audit trail. A fault of the platform or of fanpass is no refusal.
fn refusal_of(outcome: &CallbackOutcome) -> Option<Refusal> {
    match outcome {
        CallbackOutcome::Declined { .. } => Some(Refusal::Declined),
        CallbackOutcome::Snapshot { .. } => Some(Refusal::Snapshot),
        CallbackOutcome::UnknownState => Some(Refusal::UnknownState),
        CallbackOutcome::Restarted { .. }
        | CallbackOutcome::Failed {
            failure: LoginFailure::CodeRefused,
            ..
        } => Some(Refusal::CodeRefused),
        CallbackOutcome::SignedIn { .. } | CallbackOutcome::Unregistered { .. } | CallbackOutcome::Failed { .. } => {
            None
        }
    }
}

fn retry(failure: LoginFailure, scope: Scope, next: &NextPath) -> Retry<'_> {
    match (failure.is_fixed_by_reloading(), scope) {
        (true, _) => Retry::Reload,
        (false, Scope::Base) => Retry::Login(next),
        (false, Scope::UserInfo) => Retry::Registration(next),
    }
}

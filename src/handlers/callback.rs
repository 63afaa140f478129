use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};

use super::{
    AppState,
    answers::{page, see_other, set_cookies},
    login_cookies::sent_login_cookies,
    outside_wechat::instead_of_login,
};
use crate::middleware::app_error::AppError;
use crate::{
    audit::{self, Refusal},
    domain::{NextPath, Scope},
    middleware::{
        client_address::client_address,
        error_pages::{error_answer, request_id},
        session::{begin_session, signed_in},
    },
    services::login::{Callback, CallbackOutcome, LoginFailure},
    views::{DeclinedPage, ErrorPage, Failure, Retry, SnapshotPage, links},
};

/// `GET /wechat/callback?code&state`: completes a login or a registration.
pub(super) async fn callback(
    request: HttpRequest,
    session: Session,
    state: web::Data<AppState>,
) -> Result<HttpResponse, AppError> {
    if let Some(answer) = instead_of_login(&request, &state, "/", &NextPath::root()) {
        return answer;
    }
    let sent = sent_login_cookies(&request, &state);
    let callback = Callback::from_query(request.query_string());
    let completed = state.logins.complete(callback, &sent).await?;
    let mut answer = answer(&request, &session, &state, completed.outcome)?;
    answer
        .headers_mut()
        .insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    Ok(set_cookies(&state, answer, completed.cookies))
}

fn answer(
    request: &HttpRequest,
    session: &Session,
    state: &AppState,
    outcome: CallbackOutcome,
) -> Result<HttpResponse, AppError> {
    if let Some(why) = refusal_of(&outcome) {
        let fan = match signed_in(session, &state.sessions) {
            Ok(sign_in) => sign_in.map(|sign_in| sign_in.fan_id),
            Err(error) if why == Refusal::UnknownState => return Err(error.into()),
            Err(_) => None,
        };
        if why == Refusal::UnknownState && fan.is_some() {
            // A callback that is opened again, from the history or a bookmark: its fan is signed in already.
            return Ok(see_other("/"));
        }
        state.refusals.note(why, fan, client_address(request));
    }
    match outcome {
        CallbackOutcome::SignedIn { fan, next } => {
            let id = fan.id;
            tracing::Span::current().record("fan.id", tracing::field::display(id));
            begin_session(session, &state.sessions.begin(fan)?)?;
            audit::sign_in(id, client_address(request));
            Ok(see_other(next.as_str()))
        }
        CallbackOutcome::Unregistered { next } => Ok(see_other(&links::welcome(&next))),
        CallbackOutcome::Restarted { authorize_url } => Ok(see_other(&authorize_url)),
        CallbackOutcome::UnknownState => {
            let id = request_id(request);
            error_answer(
                &state.views,
                StatusCode::BAD_REQUEST,
                None,
                ErrorPage::new(Failure::LoginExpired, &id),
            )
        }
        CallbackOutcome::Declined { scope, next } => page(state, &DeclinedPage::new(scope, &next)),
        CallbackOutcome::Snapshot { next } => page(state, &SnapshotPage::new(&next)),
        CallbackOutcome::Failed { failure, scope, next } => failed(request, state, failure, scope, &next),
    }
}

/// Why an outcome lets nobody in, as the audit trail has it. A fault of the platform or of ours refuses nobody.
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

fn failed(
    request: &HttpRequest,
    state: &AppState,
    failure: LoginFailure,
    scope: Scope,
    next: &NextPath,
) -> Result<HttpResponse, AppError> {
    let (status, kind, retry_after) = match failure {
        LoginFailure::CodeRefused => (StatusCode::BAD_GATEWAY, Failure::CodeRefused, None),
        LoginFailure::Configuration => (StatusCode::INTERNAL_SERVER_ERROR, Failure::Configuration, None),
        LoginFailure::Platform => (StatusCode::BAD_GATEWAY, Failure::PlatformFault, None),
        LoginFailure::Timeout | LoginFailure::UnderWay => (StatusCode::GATEWAY_TIMEOUT, Failure::PlatformTimeout, None),
        LoginFailure::Busy { retry_after } => (StatusCode::SERVICE_UNAVAILABLE, Failure::Busy, Some(retry_after)),
        LoginFailure::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, Failure::Busy, Some(2)),
        LoginFailure::Database => (StatusCode::SERVICE_UNAVAILABLE, Failure::DatabaseDown, Some(5)),
        LoginFailure::Internal | LoginFailure::Interrupted => {
            (StatusCode::INTERNAL_SERVER_ERROR, Failure::Internal, None)
        }
    };
    let retry = match (failure.is_mended_by_reloading(), scope) {
        (true, _) => Retry::Reload,
        (false, Scope::Base) => Retry::Login(next),
        (false, Scope::UserInfo) => Retry::Registration(next),
    };
    let id = request_id(request);
    error_answer(
        &state.views,
        status,
        retry_after,
        ErrorPage::new(kind, &id).with_retry(retry),
    )
}

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};

use super::{
    AppState,
    answers::{see_other, set_cookies},
    login_cookies::sent_login_cookies,
    outside_wechat::instead_of_login,
};
use crate::{
    domain::NextPath,
    middleware::{
        app_error::AppError,
        error_pages::{error_answer, request_id},
        session::signed_in,
    },
    services::login::LoginRequest,
    views::{ErrorPage, Failure, Retry},
};

/// `GET /login?next=/path`: begins a silent login; a fan who is signed in goes straight to `next`.
pub(super) async fn login(
    request: HttpRequest,
    session: Session,
    state: web::Data<AppState>,
) -> Result<HttpResponse, AppError> {
    let next = NextPath::from_query(request.query_string());
    if signed_in(&session, &state.sessions)?.is_some() {
        return Ok(see_other(next.as_str()));
    }
    if let Some(answer) = instead_of_login(&request, &state, "/login", &next) {
        return answer;
    }
    begin_silently(&request, &state, next)
}

/// Sends the browser to a silent login, unless it goes round in circles.
pub(super) fn begin_silently(
    request: &HttpRequest,
    state: &AppState,
    next: NextPath,
) -> Result<HttpResponse, AppError> {
    if state.logins.is_looping(&sent_login_cookies(request, state)) {
        tracing::warn!("a browser signs in again and again and keeps no session");
        let id = request_id(request);
        let page = ErrorPage::new(Failure::SessionLost, &id).with_retry(Retry::Login(&next));
        return error_answer(&state.views, StatusCode::BAD_REQUEST, None, page);
    }
    begin(request, state, LoginRequest::silent(next))
}

/// Sends the browser to the authorize page.
pub(super) fn begin(request: &HttpRequest, state: &AppState, login: LoginRequest) -> Result<HttpResponse, AppError> {
    let begun = state.logins.begin(login, &sent_login_cookies(request, state))?;
    Ok(set_cookies(state, see_other(&begun.authorize_url), begun.cookies))
}

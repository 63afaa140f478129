use actix_web::{HttpRequest, HttpResponse, web};

use super::{LoginState, outside_wechat::instead_of_login};
use crate::{
    domain::{NextPath, routes},
    http::{
        cookies::login::{sent_login_cookies, set_login_cookies},
        error::{AppError, PublicError},
        extract::{CurrentFan, Next},
        responses::{error_page, see_other},
    },
    services::login::LoginRequest,
    views::Retry,
};

/// `GET /login?next=/path`: begins a silent login. A fan who is signed in goes straight to `next`.
pub(super) async fn login(
    request: HttpRequest,
    CurrentFan(sign_in): CurrentFan,
    Next(next): Next,
    state: web::Data<LoginState>,
) -> Result<HttpResponse, AppError> {
    if sign_in.is_some() {
        return Ok(see_other(next.as_str()));
    }
    if let Some(response) = instead_of_login(&request, &state, routes::LOGIN, &next) {
        return response;
    }
    begin_silently(&request, &state, next)
}

/// Sends the browser to a silent login, unless it is in a login loop.
pub(in crate::handlers::public) fn begin_silently(
    request: &HttpRequest,
    state: &LoginState,
    next: NextPath,
) -> Result<HttpResponse, AppError> {
    if state.logins.is_looping(&sent_login_cookies(request, &state.logins)) {
        tracing::warn!("a browser signs in again and again and keeps no session");
        let retry = Retry::Login(&next);
        return error_page(&state.views, request, PublicError::SESSION_LOST, Some(retry));
    }
    begin(request, state, LoginRequest::silent(next))
}

/// Sends the browser to the authorize page.
pub(super) fn begin(request: &HttpRequest, state: &LoginState, login: LoginRequest) -> Result<HttpResponse, AppError> {
    let sent = sent_login_cookies(request, &state.logins);
    let begun = state.logins.begin(login, &sent)?;
    let redirect = see_other(&begun.authorize_url);
    Ok(set_login_cookies(redirect, begun.cookies, state.site.is_secure()))
}

use actix_web::{HttpRequest, HttpResponse, web};

use super::LoginState;
use crate::{
    domain::routes,
    http::{
        error::AppError,
        extract::{CurrentFan, Next},
    },
};

/// `GET /login?next=/path`: begins a silent login. A fan who is signed in goes straight to `next`, unless that wants a login
/// of the last minutes.
pub(super) async fn login(
    request: HttpRequest,
    CurrentFan(sign_in): CurrentFan,
    Next(next): Next,
    state: web::Data<LoginState>,
) -> Result<HttpResponse, AppError> {
    let entry = &state.entry;
    let wants_recent = routes::RECENT_LOGIN_ROUTES.contains(&next.path());
    let sign_in = sign_in.filter(|sign_in| !wants_recent || state.sessions.is_recent(sign_in));
    match entry.instead_of_entry(&request, sign_in.as_ref(), routes::LOGIN, &next)? {
        Some(response) => Ok(response),
        None => entry.begin_silently(&request, next),
    }
}

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    AppState,
    answers::{page, see_other},
    outside_wechat::instead_of_login,
};
use crate::middleware::app_error::AppError;
use crate::{
    domain::{ConsentVersion, NextPath},
    middleware::session::signed_in,
    views::WelcomePage,
};

/// `GET /welcome?next=/path`: the registration prompt. A fan who is signed in (the back button leads here) goes on.
pub(super) async fn welcome(
    request: HttpRequest,
    session: Session,
    state: web::Data<AppState>,
) -> Result<HttpResponse, AppError> {
    let next = NextPath::from_query(request.query_string());
    if signed_in(&session, &state.sessions)?.is_some() {
        return Ok(see_other(next.as_str()));
    }
    if let Some(answer) = instead_of_login(&request, &state, "/welcome", &next) {
        return answer;
    }
    page(&state, &WelcomePage::new(&next, ConsentVersion::CURRENT))
}

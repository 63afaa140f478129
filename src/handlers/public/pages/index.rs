use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    PagesState,
    login::{LoginState, begin_silently, instead_of_login},
};
use crate::{
    domain::{NextPath, routes},
    http::{error::AppError, extract::CurrentFan, responses::page, session::end_session},
    telemetry::sessions::SessionEnd,
    views::IndexPage,
};

/// `GET /`: the index page of a signed-in fan. For others it begins a silent login that returns here.
pub(super) async fn index(
    request: HttpRequest,
    session: Session,
    CurrentFan(sign_in): CurrentFan,
    state: web::Data<PagesState>,
    login: web::Data<LoginState>,
) -> Result<HttpResponse, AppError> {
    if let Some(sign_in) = sign_in {
        if let Some(fan) = state.fans.find(sign_in.fan_id).await? {
            let index = IndexPage::new(&fan.profile.nickname, &fan.profile.avatar_url);
            return page(&state.views, &request, &index);
        }
        // The fan's row is gone, so the session ends.
        end_session(&session, &login.sessions, SessionEnd::FanGone);
    }
    if let Some(response) = instead_of_login(&request, &login, routes::INDEX, &NextPath::root()) {
        return response;
    }
    begin_silently(&request, &login, NextPath::root())
}

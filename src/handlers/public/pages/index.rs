use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};

use super::FanPages;
use crate::{
    domain::{NextPath, routes},
    http::{error::AppError, extract::CurrentFan, responses::page, session::end_session},
    services::avatars::AvatarSector,
    telemetry::sessions::SessionEnd,
    views::{IndexPage, NoLoginPage, Views},
};

/// `GET /` without logins: says that this account has no sign-in.
pub(super) async fn without_logins(request: HttpRequest, views: web::Data<Views>) -> Result<HttpResponse, AppError> {
    page(&views, &request, &NoLoginPage {})
}

/// `GET /`: the index page of a signed-in fan. For others it begins a silent login that returns here.
pub(super) async fn index(
    request: HttpRequest,
    session: Session,
    CurrentFan(sign_in): CurrentFan,
    state: web::Data<FanPages>,
) -> Result<HttpResponse, AppError> {
    if let Some(sign_in) = sign_in {
        if let Some(fan) = state.fans.find(sign_in.fan_id).await? {
            let avatar = state.avatars.path_of(&fan, AvatarSector::Own).await?;
            let index = IndexPage::new(&fan.profile.nickname, avatar).with_apps(&state.apps);
            let index = if state.has_photos { index.with_photos() } else { index };
            return page(&state.views, &request, &index);
        }
        // The fan's row is gone, so the session ends.
        end_session(&session, SessionEnd::FanGone, &state.events);
    }
    let next = NextPath::root();
    match state.login.instead_of_login(&request, routes::INDEX, &next)? {
        Some(response) => Ok(response),
        None => state.login.begin_silently(&request, next),
    }
}

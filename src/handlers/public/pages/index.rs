use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};

use super::PagesState;
use crate::{
    domain::{NextPath, routes},
    http::{error::AppError, extract::CurrentFan, responses::page, session::end_session},
    telemetry::sessions::SessionEnd,
    views::{IndexPage, NoLoginPage},
};

/// `GET /`: the index page of a signed-in fan. For others it begins a silent login that returns here, or says that this
/// account has none.
pub(super) async fn index(
    request: HttpRequest,
    session: Session,
    CurrentFan(sign_in): CurrentFan,
    state: web::Data<PagesState>,
) -> Result<HttpResponse, AppError> {
    let Some(login) = &state.login else {
        return page(&state.views, &request, &NoLoginPage {});
    };
    if let Some(sign_in) = sign_in {
        if let Some(fan) = state.fans.find(sign_in.fan_id).await? {
            let index = IndexPage::new(&fan.profile.nickname, &fan.profile.avatar_url);
            return page(&state.views, &request, &index);
        }
        // The fan's row is gone, so the session ends.
        end_session(&session, SessionEnd::FanGone, &state.events);
    }
    let next = NextPath::root();
    match login.instead_of_login(&request, routes::INDEX, &next)? {
        Some(response) => Ok(response),
        None => login.begin_silently(&request, next),
    }
}

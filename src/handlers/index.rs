use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{AppState, answers::page, login::begin_silently, outside_wechat::instead_of_login};
use crate::middleware::app_error::AppError;
use crate::{
    domain::NextPath,
    middleware::session::{end_session, signed_in},
    telemetry::sessions::SessionEnd,
    views::IndexPage,
};

/// `GET /`: the index page of a signed-in fan; otherwise begins a silent login that comes back here.
pub(super) async fn index(
    request: HttpRequest,
    session: Session,
    state: web::Data<AppState>,
) -> Result<HttpResponse, AppError> {
    if let Some(sign_in) = signed_in(&session, &state.sessions)? {
        if let Some(fan) = state.fans.find(sign_in.fan_id).await? {
            return page(&state, &IndexPage::new(&fan.profile.nickname, &fan.profile.avatar_url));
        }
        // The row is gone: so is the right to this session.
        end_session(&session, SessionEnd::FanGone);
    }
    if let Some(answer) = instead_of_login(&request, &state, "/", &NextPath::root()) {
        return answer;
    }
    begin_silently(&request, &state, NextPath::root())
}

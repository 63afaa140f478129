use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web::Data};

use super::MeState;
use crate::{
    domain::{FansProfile, NextPath, Timestamp, routes},
    http::{error::AppError, extract::CurrentFan, session::end_session},
    telemetry::sessions::SessionEnd,
    views::{KeptOfFan, MePage},
};

/// `GET /me`: what is kept about the fan who is signed in. For others it begins a silent login that returns here.
pub(super) async fn page(
    request: HttpRequest,
    session: Session,
    CurrentFan(sign_in): CurrentFan,
    state: Data<MeState>,
) -> Result<HttpResponse, AppError> {
    if let Some(fan) = state.find(sign_in.as_ref()).await? {
        return show(&request, &fan, &state).await;
    }
    if sign_in.is_some() {
        // The fan's row is gone, so the session ends.
        end_session(&session, SessionEnd::FanGone, &state.events);
    }
    let next = NextPath::parse(routes::ME);
    match state.login.instead_of_login(&request, routes::ME, &next)? {
        Some(response) => Ok(response),
        None => state.login.begin_silently(&request, next),
    }
}

async fn show(request: &HttpRequest, fan: &FansProfile, state: &MeState) -> Result<HttpResponse, AppError> {
    let day = |moment: Timestamp| state.time_zone.day_of(moment).to_string();
    let photos = state.photo_count(fan).await?;
    let kept = KeptOfFan {
        fan,
        registered: day(fan.created_at),
        consented: day(fan.consented_at),
        refreshed: day(fan.profile_refreshed_at),
        last_login: day(fan.last_login_at),
        followed: fan.follow.subscribed_at.map(day),
        photos,
        viewers: &state.viewers,
        audit_keep_days: state.audit_keep_days,
    };
    state.respond(request, &MePage::new(&kept))
}

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{PhotosState, answer::problem_of};
use crate::{
    domain::{FanId, NextPath, PhotoId, routes},
    http::{error::AppError, extract::CurrentFan, responses::page as respond, session::end_session},
    telemetry::sessions::SessionEnd,
    views::{PhotosNotice, PhotosPage, ShownPhoto},
};

/// Photos of one page.
const PAGE: u16 = 60;

/// What the address of the page says. What cannot be read counts as missing: nothing there is more than a hint.
#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<String>,
    saved: Option<String>,
    problem: Option<String>,
}

/// `GET /photos`: the newest photos of the fan, or those before one of them.
pub(super) async fn page(
    request: HttpRequest,
    session: Session,
    CurrentFan(sign_in): CurrentFan,
    asked: Query<Asked>,
    state: Data<PhotosState>,
) -> Result<HttpResponse, AppError> {
    if let Some(sign_in) = sign_in {
        if state.fans.find(sign_in.fan_id).await?.is_some() {
            return show(&request, sign_in.fan_id, &asked, &state).await;
        }
        // The fan's row is gone, so the session ends.
        end_session(&session, SessionEnd::FanGone, &state.events);
    }
    let next = NextPath::parse(routes::PHOTOS);
    match state.login.instead_of_login(&request, routes::PHOTOS, &next)? {
        Some(response) => Ok(response),
        None => state.login.begin_silently(&request, next),
    }
}

async fn show(request: &HttpRequest, fan: FanId, asked: &Asked, state: &PhotosState) -> Result<HttpResponse, AppError> {
    let before = asked.before.as_deref().and_then(|id| PhotoId::parse(id).ok());
    // One more shows whether there is another page.
    let found = state.photos.list(fan, before, PAGE.saturating_add(1)).await?;
    let count = state.photos.count(fan).await?;
    let shown = found.iter().take(PAGE.into()).map(|photo| ShownPhoto {
        id: photo.id,
        day: state.time_zone.day_of(photo.created_at).to_string(),
        width: photo.width,
        height: photo.height,
    });
    let shown: Vec<ShownPhoto> = shown.collect();
    let older = shown.last().filter(|_| found.len() > shown.len()).map(|photo| photo.id);
    let saved = asked.saved.as_deref().and_then(|count| count.parse().ok());
    let problem = asked.problem.as_deref().and_then(problem_of);
    let notice = PhotosNotice {
        saved: saved.unwrap_or_default(),
        problem: problem.map(|kind| kind.row().failure),
    };
    let page = PhotosPage::new(&shown, notice)
        .with_pages(before.is_some(), older)
        .with_album(state.has_album)
        .with_limit(count, state.photos.per_fan(), state.photos.max_bytes())
        .seen_by_apps(state.apps_see);
    respond(&state.views, request, &page)
}

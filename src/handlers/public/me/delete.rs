use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Data},
};
use url::form_urlencoded;

use super::{
    MeState,
    recent_login::{login_again, recent_login},
};
use crate::{
    domain::routes,
    http::{error::AppError, extract::CurrentFan, responses::see_other, session::end_session},
    telemetry::sessions::SessionEnd,
    views::{DeletePage, links},
};

/// The field by which the page that says what goes sends its form.
const CONFIRM: &str = "confirm";

/// `POST /me/delete`: without `confirm` a page that names what goes, with it the erasure. The login must be a recent one.
pub(super) async fn delete(
    request: HttpRequest,
    session: Session,
    CurrentFan(sign_in): CurrentFan,
    body: Bytes,
    state: Data<MeState>,
) -> Result<HttpResponse, AppError> {
    let Some(sign_in) = recent_login(&state.sessions, sign_in) else {
        return Ok(login_again(routes::ME));
    };
    let is_confirmed = form_urlencoded::parse(&body).any(|(name, _)| name == CONFIRM);
    let receipt = match state.find(Some(&sign_in)).await? {
        Some(fan) if !is_confirmed => {
            let photos = state.photo_count(&fan).await?;
            return state.respond(&request, &DeletePage::new(&fan.profile.nickname, photos));
        }
        Some(fan) => state.me.erase(&fan).await?,
        // The form was sent twice, or the answer to the first one was lost.
        None => state.me.erasure_under_way(sign_in.fan_id).await?,
    };
    end_session(&session, SessionEnd::FanGone, &state.events);
    Ok(match (receipt, is_confirmed) {
        (Some(receipt), _) => see_other(&links::receipt(&receipt)),
        (None, true) => see_other(routes::RECEIPT),
        (None, false) => login_again(routes::ME),
    })
}

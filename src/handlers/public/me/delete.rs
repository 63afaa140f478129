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
    http::{
        error::AppError,
        extract::CurrentFan,
        responses::see_other,
        session::{end_session, unverified_sign_in},
    },
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
    let is_confirmed = form_urlencoded::parse(&body).any(|(name, _)| name == CONFIRM);
    let unverified = unverified_sign_in(&session, &state.sessions);
    let recent = recent_login(&state.sessions, sign_in);
    let fan = state.find(recent.as_ref()).await?;
    let receipt = match (fan, recent) {
        (Some(fan), _) if !is_confirmed => {
            let photos = state.photo_count(&fan).await?;
            return state.respond(&request, &DeletePage::new(&fan.profile.nickname, photos));
        }
        (Some(fan), Some(sign_in)) => state.me.erase(&fan, &sign_in).await?,
        _ => None,
    };
    // The form was sent twice, or the first answer was lost: then the session is ended already.
    let receipt = match (receipt, &unverified) {
        (None, Some(sign_in)) if is_confirmed => state.me.receipts.of_session(sign_in).await?,
        (receipt, _) => receipt,
    };
    let Some(receipt) = receipt else {
        return Ok(login_again(routes::ME));
    };
    end_session(&session, SessionEnd::FanGone, &state.events);
    Ok(see_other(&links::receipt(&receipt)))
}

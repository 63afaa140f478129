use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web::Data};

use super::MeState;
use crate::{
    audit,
    domain::routes,
    http::{client_ip::client_ip, error::AppError, extract::CurrentFan, responses::see_other, session::end_session},
    telemetry::sessions::SessionEnd,
};

/// `POST /me/sign-out`: ends all sessions of the fan, on every phone, also this one.
pub(super) async fn sign_out_everywhere(
    request: HttpRequest,
    session: Session,
    CurrentFan(sign_in): CurrentFan,
    state: Data<MeState>,
) -> Result<HttpResponse, AppError> {
    if let Some(sign_in) = sign_in {
        state.me.sign_out_everywhere(sign_in.fan_id).await?;
        end_session(&session, SessionEnd::Logout, &state.events);
        audit::logout(state.sessions.app_id(), sign_in.fan_id, client_ip(&request));
    }
    Ok(see_other(routes::SIGNED_OUT))
}

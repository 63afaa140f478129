use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};

use super::LoginState;
use crate::{
    audit,
    domain::routes,
    http::{
        client_ip::client_ip,
        cookies::login::set_login_cookies,
        error::AppError,
        responses::see_other,
        session::{end_session, signed_in, unverified_sign_in},
    },
    telemetry::sessions::SessionEnd,
};

/// `POST /logout`: ends the session, and makes every copy of its cookie invalid. Only our own pages may send this form, which the policy
/// of its route checks.
pub(super) async fn logout(
    request: HttpRequest,
    session: Session,
    state: web::Data<LoginState>,
) -> Result<HttpResponse, AppError> {
    let unverified = unverified_sign_in(&session, &state.sessions);
    // While it is unknown whether the session is revoked, it counts as valid here.
    let fan = signed_in(&session, &state.sessions).unwrap_or_else(|_| unverified.clone());
    let fan = fan.map(|sign_in| sign_in.fan_id);
    if let Some(sign_in) = unverified {
        state.revocations.revoke(&sign_in).await;
    }
    end_session(&session, SessionEnd::Logout, &state.events);
    if let Some(fan) = fan {
        audit::logout(state.sessions.app_id(), fan, client_ip(&request));
    }
    let cookies = vec![state.entry.logins.forget_login_loop()];
    Ok(set_login_cookies(
        see_other(routes::SIGNED_OUT),
        cookies,
        state.site().is_secure(),
    ))
}

use actix_web::{HttpRequest, HttpResponse, web::Data};

use super::{MeState, recent_login::login_again};
use crate::{
    domain::{ConsentVersion, NextPath, Scope, routes},
    http::{
        error::AppError,
        extract::{CurrentFan, Language},
    },
    services::login::LoginRequest,
};

/// `POST /me/refresh`: has the platform ask the fan, so that a nickname or avatar that was changed, or withdrawn, is fetched
/// anew. `forcePopup` because the platform otherwise answers a fan who comes from the account's menu without asking, with
/// what the fan chose last time.
pub(super) async fn refresh(
    request: HttpRequest,
    CurrentFan(sign_in): CurrentFan,
    Language(language): Language,
    state: Data<MeState>,
) -> Result<HttpResponse, AppError> {
    let Some(fan) = state.find(sign_in.as_ref()).await? else {
        return Ok(login_again(routes::ME));
    };
    let next = NextPath::parse(routes::ME);
    if let Some(response) = state.login.instead_of_login(&request, routes::ME, &next)? {
        return Ok(response);
    }
    let login = LoginRequest {
        scope: Scope::UserInfo,
        next,
        // The fan reads no prompt here, so the version that was read stays.
        consent_version: ConsentVersion::named(Some(&fan.consent_version), state.views.consent_version(language)),
        force_popup: true,
    };
    state.login.begin(&request, login)
}

use actix_web::{HttpRequest, HttpResponse, web};
use url::form_urlencoded;

use super::LoginState;
use crate::{
    domain::{ConsentVersion, Scope, routes},
    http::{
        error::AppError,
        extract::{Language, Next},
    },
    services::login::LoginRequest,
};

/// `GET /register?next=/path`: begins a registration, or updates a known fan. The prompt's button leads here.
pub(super) async fn register(
    request: HttpRequest,
    Next(next): Next,
    Language(language): Language,
    state: web::Data<LoginState>,
) -> Result<HttpResponse, AppError> {
    if let Some(response) = state.entry.instead_of_login(&request, routes::REGISTER, &next)? {
        return Ok(response);
    }
    let mut query = form_urlencoded::parse(request.query_string().as_bytes());
    let consent_version = query.find(|(name, _)| name == "notice").map(|(_, value)| value);
    let login = LoginRequest {
        scope: Scope::UserInfo,
        next,
        consent_version: ConsentVersion::named(consent_version.as_deref(), state.entry.views.consent_version(language)),
        force_popup: false,
    };
    state.entry.begin(&request, login)
}

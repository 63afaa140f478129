use actix_web::{HttpRequest, HttpResponse, web};

use super::{LoginState, outside_wechat::instead_of_login};
use crate::{
    domain::routes,
    http::{
        error::AppError,
        extract::{CurrentFan, Language, Next},
        responses::{page, see_other},
    },
    views::WelcomePage,
};

/// `GET /welcome?next=/path`: the registration prompt. A fan who is signed in (the back button leads here) goes on.
pub(super) async fn welcome(
    request: HttpRequest,
    CurrentFan(sign_in): CurrentFan,
    Next(next): Next,
    Language(language): Language,
    state: web::Data<LoginState>,
) -> Result<HttpResponse, AppError> {
    if sign_in.is_some() {
        return Ok(see_other(next.as_str()));
    }
    if let Some(response) = instead_of_login(&request, &state, routes::WELCOME, &next) {
        return response;
    }
    let consent_version = state.views.consent_version(language);
    page(&state.views, &request, &WelcomePage::new(&next, consent_version))
}

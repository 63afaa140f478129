use actix_web::{HttpRequest, HttpResponse, web};

use super::LoginState;
use crate::{
    domain::routes,
    http::{
        error::AppError,
        extract::{CurrentFan, Language, Next},
        responses::page,
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
    let entry = &state.entry;
    match entry.instead_of_entry(&request, sign_in.as_ref(), routes::WELCOME, &next)? {
        Some(response) => Ok(response),
        None => {
            let consent_version = entry.views.consent_version(language);
            page(&entry.views, &request, &WelcomePage::new(&next, consent_version))
        }
    }
}

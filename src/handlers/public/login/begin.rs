use actix_web::{HttpRequest, HttpResponse, web};

use super::LoginState;
use crate::{
    domain::routes,
    http::{
        error::AppError,
        extract::{CurrentFan, Next},
    },
};

/// `GET /login?next=/path`: begins a silent login. A fan who is signed in goes straight to `next`.
pub(super) async fn login(
    request: HttpRequest,
    CurrentFan(sign_in): CurrentFan,
    Next(next): Next,
    state: web::Data<LoginState>,
) -> Result<HttpResponse, AppError> {
    let entry = &state.entry;
    match entry.instead_of_entry(&request, sign_in.as_ref(), routes::LOGIN, &next)? {
        Some(response) => Ok(response),
        None => entry.begin_silently(&request, next),
    }
}

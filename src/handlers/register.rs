use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    AppState,
    login::{begin, next_path},
    outside_wechat::instead_of_login,
};
use crate::domain::Scope;
use crate::middleware::app_error::AppError;

/// `GET /register?next=/path`: begins a registration. It is the button of the prompt, and updates a fan who is known.
pub(super) async fn register(request: HttpRequest, state: web::Data<AppState>) -> Result<HttpResponse, AppError> {
    let next = next_path(&request);
    if let Some(answer) = instead_of_login(&request, &state, "/register", &next) {
        return answer;
    }
    begin(&request, &state, Scope::UserInfo, next)
}

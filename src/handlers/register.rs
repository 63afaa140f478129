use actix_web::{HttpRequest, HttpResponse, web};
use url::form_urlencoded;

use super::{AppState, login::begin, outside_wechat::instead_of_login};
use crate::{
    domain::{ConsentVersion, NextPath, Scope},
    middleware::app_error::AppError,
    services::login::LoginRequest,
};

/// `GET /register?next=/path`: begins a registration. It is the button of the prompt, and updates a fan who is known.
pub(super) async fn register(request: HttpRequest, state: web::Data<AppState>) -> Result<HttpResponse, AppError> {
    let next = NextPath::from_query(request.query_string());
    if let Some(answer) = instead_of_login(&request, &state, "/register", &next) {
        return answer;
    }
    let mut query = form_urlencoded::parse(request.query_string().as_bytes());
    let notice = query.find(|(name, _)| name == "notice").map(|(_, value)| value);
    let notice = ConsentVersion::named(notice.as_deref());
    begin(
        &request,
        &state,
        LoginRequest {
            scope: Scope::UserInfo,
            next,
            notice,
        },
    )
}

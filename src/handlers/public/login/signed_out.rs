use actix_web::{HttpRequest, HttpResponse, web};
use url::form_urlencoded;

use super::LoginState;
use crate::{
    http::{error::AppError, responses::page},
    views::SignedOutPage,
};

/// `GET /signed-out`: shows that nobody is signed in, and begins no login. With `declined=1` it is for a visitor who chose
/// not to register.
pub(super) async fn signed_out(request: HttpRequest, state: web::Data<LoginState>) -> Result<HttpResponse, AppError> {
    let mut query = form_urlencoded::parse(request.query_string().as_bytes());
    let has_declined = query.any(|(name, value)| name == "declined" && value == "1");
    let found = if has_declined {
        SignedOutPage::not_registered()
    } else {
        SignedOutPage::logged_out()
    };
    page(&state.entry.views, &request, &found)
}

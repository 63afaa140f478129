use actix_web::HttpRequest;

use super::AppState;
use crate::{middleware::own_cookies::raw_cookies, services::login::SentCookie};

/// The login cookies of a request.
pub(super) fn sent_login_cookies(request: &HttpRequest, state: &AppState) -> Vec<SentCookie> {
    let ours = raw_cookies(request.headers()).filter(|(name, _)| state.logins.is_login_cookie(name));
    ours.map(|(name, value)| SentCookie {
        name: name.to_owned(),
        value: value.to_owned(),
    })
    .collect()
}

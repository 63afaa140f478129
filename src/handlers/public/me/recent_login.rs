use actix_web::HttpResponse;

use crate::{
    domain::{NextPath, SignIn},
    http::responses::see_other,
    services::sessions::Sessions,
    views::links,
};

/// The fan, if the login is one of the last ten minutes. If it is not, the handler answers with [`login_again`].
pub(super) fn recent_login(sessions: &Sessions, sign_in: Option<SignIn>) -> Option<SignIn> {
    sign_in.filter(|sign_in| sessions.is_recent(sign_in))
}

/// A silent login that leads to `next`, which is one of
/// [`RECENT_LOGIN_ROUTES`](crate::domain::routes::RECENT_LOGIN_ROUTES): so it really begins although a session lives.
pub(super) fn login_again(next: &'static str) -> HttpResponse {
    see_other(&links::login(&NextPath::parse(next)))
}

//! Which fan a browser is: its user chooses one, and a cookie keeps the choice.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};

use crate::{
    fan::{Fan, NewFan},
    platform::Platform,
};

/// Its value is an openid.
const COOKIE: &str = "sandbox_fan";
const COOKIE_DAYS: i64 = 365;

/// The most fans that a page offers.
pub const LISTED: usize = 50;

/// The fan of the browser's cookie, if the sandbox still knows them.
pub fn current(request: &HttpRequest, platform: &Platform) -> Option<Arc<Fan>> {
    platform.fans.get(request.cookie(COOKIE)?.value())
}

/// The fan of a form: a new one if a nickname was entered, else the one with the openid.
pub fn from_form(platform: &Platform, openid: Option<&str>, nickname: Option<&str>) -> Option<Arc<Fan>> {
    match nickname.map(str::trim).filter(|nickname| !nickname.is_empty()) {
        Some(nickname) => platform.fans.add(NewFan::named(nickname), &platform.random),
        None => platform.fans.get(openid?),
    }
}

/// The browser is this fan until it chooses another.
pub fn remember(response: &mut HttpResponse, fan: &Fan) {
    let cookie = Cookie::build(COOKIE, fan.openid.clone())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(COOKIE_DAYS))
        .finish();
    // This fails for a value that no header can hold, such as an odd openid from the control API.
    if response.add_cookie(&cookie).is_err() {
        tracing::warn!("a sandbox fan's openid does not fit into a cookie");
    }
}

/// The browser is nobody until it chooses a fan.
pub fn forget(response: &mut HttpResponse) {
    let mut cookie = Cookie::build(COOKIE, "").path("/").finish();
    cookie.make_removal();
    // A constant cookie fits into a header.
    drop(response.add_cookie(&cookie));
}

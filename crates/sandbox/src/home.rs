//! The page at `/`: who this browser is, and what the sandbox is set to.

use actix_web::cookie::Cookie;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::authorize::{FAN_COOKIE, LISTED, chosen, named, remember};
use super::faults::Endpoint;
use super::pages::HomePage;
use super::platform::Platform;

/// The form of the page.
#[derive(Deserialize)]
pub(super) struct Form {
    fan: Option<String>,
    nickname: Option<String>,
}

/// Shows the page.
pub(super) async fn show(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    let rules = platform.rules.current();
    platform.pages.home(&HomePage {
        url: platform.url.as_str(),
        app_id: &platform.app_id,
        fan: chosen(&request, &platform).as_deref(),
        fans: &platform.fans.list(LISTED),
        faults: &faults(&platform),
        seconds_ahead: platform.clock.ahead(),
        require_wechat_browser: rules.require_wechat_browser,
        callback_hosts: &rules.callback_hosts,
    })
}

fn faults(platform: &Platform) -> Vec<(String, String)> {
    let shown = |endpoint: Endpoint, fault| Some((endpoint.path().to_owned(), serde_json::to_string(fault).ok()?));
    let board = platform.faults.list();
    board
        .iter()
        .flat_map(|(endpoint, faults)| faults.iter().filter_map(|fault| shown(*endpoint, fault)))
        .collect()
}

/// Makes the browser another fan, or none.
pub(super) async fn choose(form: web::Form<Form>, platform: web::Data<Platform>) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther().insert_header((header::LOCATION, "/")).finish();
    match named(&platform, form.fan.as_deref(), form.nickname.as_deref()) {
        Some(fan) => remember(&mut answer, &fan),
        None => {
            let mut forgotten = Cookie::build(FAN_COOKIE, "").path("/").finish();
            forgotten.make_removal();
            if answer.add_cookie(&forgotten).is_err() {
                return HttpResponse::InternalServerError().finish();
            }
        }
    }
    answer
}

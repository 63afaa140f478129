//! The page at `/`: which fan this browser is, and what the sandbox is set to.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde::Deserialize;

use super::browser_fan::{self, LISTED};
use crate::{endpoint::Endpoint, pages::HomePage, platform::Platform};

/// The page's form; without a fan and a nickname the choice is forgotten.
#[derive(Deserialize)]
pub struct Form {
    fan: Option<String>,
    nickname: Option<String>,
}

pub async fn show(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    let settings = platform.settings.current();
    platform.pages.home(&HomePage {
        url: platform.url.as_str(),
        app_id: &platform.app_id,
        fan: browser_fan::current(&request, &platform).as_deref(),
        fans: &platform.fans.list(LISTED),
        faults: &faults(&platform),
        seconds_ahead: platform.clock.seconds_ahead(),
        require_wechat_browser: settings.require_wechat_browser,
        callback_hosts: &settings.callback_hosts,
    })
}

/// The faults in force, each as path and JSON.
fn faults(platform: &Platform) -> Vec<(String, String)> {
    let row = |endpoint: Endpoint, fault| Some((endpoint.path().to_owned(), serde_json::to_string(fault).ok()?));
    platform
        .faults
        .list()
        .iter()
        .flat_map(|(endpoint, faults)| faults.iter().filter_map(|fault| row(*endpoint, fault)))
        .collect()
}

/// Makes the browser another fan, or none.
pub async fn choose(form: web::Form<Form>, platform: web::Data<Platform>) -> HttpResponse {
    let mut response = HttpResponse::SeeOther().insert_header((header::LOCATION, "/")).finish();
    match browser_fan::from_form(&platform, form.fan.as_deref(), form.nickname.as_deref()) {
        Some(fan) => browser_fan::remember(&mut response, &fan),
        None => browser_fan::forget(&mut response),
    }
    response
}

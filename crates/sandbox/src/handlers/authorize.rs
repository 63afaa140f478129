//! `connect/oauth2/authorize`: step 1, with the page where a person acts as the fan.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde::Deserialize;

use super::browser_fan::{self, LISTED};
use crate::{
    fan::Fan,
    grant::{Grant, Scope},
    link::{BadLink, Link},
    pages::AuthorizePage,
    platform::Platform,
};

/// The page's form.
#[derive(Deserialize)]
pub struct Form {
    fan: Option<String>,
    nickname: Option<String>,
    decision: Option<Decision>,
}

/// The button that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Agree,
    Refuse,
    Snapshot,
}

/// Redirects at once if there is nothing to decide, or else shows the page.
pub async fn show(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    let link = match read_link(&request, &platform) {
        Ok(link) => link,
        Err(bad) => return platform.pages.bad_link(&bad),
    };
    match browser_fan::current(&request, &platform) {
        Some(fan) if link.snapshot || link.scope == Scope::Base => grant(&platform, &link, &fan, link.snapshot),
        fan => page(&request, &platform, &link, fan.as_deref(), false),
    }
}

/// Takes the page's form.
pub async fn decide(request: HttpRequest, form: web::Form<Form>, platform: web::Data<Platform>) -> HttpResponse {
    let link = match read_link(&request, &platform) {
        Ok(link) => link,
        Err(bad) => return platform.pages.bad_link(&bad),
    };
    if form.decision == Some(Decision::Refuse) {
        return redirect(&link, None);
    }
    let Some(fan) = browser_fan::from_form(&platform, form.fan.as_deref(), form.nickname.as_deref()) else {
        return page(&request, &platform, &link, None, true);
    };
    let snapshot = link.snapshot || form.decision == Some(Decision::Snapshot);
    let mut response = grant(&platform, &link, &fan, snapshot);
    browser_fan::remember(&mut response, &fan);
    response
}

fn read_link(request: &HttpRequest, platform: &Platform) -> Result<Link, BadLink> {
    let settings = platform.settings.current();
    if settings.require_wechat_browser && !is_wechat(request) {
        return Err(BadLink::outside_wechat());
    }
    Link::read(request.query_string(), &platform.app_id, &settings)
}

/// WeCom's browser calls itself WeChat's too.
fn is_wechat(request: &HttpRequest) -> bool {
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    agent.contains("micromessenger") && !agent.contains("wxwork")
}

fn grant(platform: &Platform, link: &Link, fan: &Fan, snapshot: bool) -> HttpResponse {
    let grant = Grant::new(fan, link.scope, snapshot, &platform.random);
    let code = platform
        .grants
        .issue_code(grant, platform.clock.now(), &platform.random);
    redirect(link, Some(&code))
}

fn redirect(link: &Link, code: Option<&str>) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, link.target(code)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

fn page(request: &HttpRequest, platform: &Platform, link: &Link, fan: Option<&Fan>, fan_missing: bool) -> HttpResponse {
    let mut fans = platform.fans.list(LISTED);
    // The form sends the fan that is marked in the list, so the chosen one has to be on it.
    if let Some(fan) = fan.filter(|fan| fans.iter().all(|listed| listed.openid != fan.openid)) {
        fans.insert(0, fan.clone());
    }
    platform.pages.authorize(&AuthorizePage {
        action: &request.uri().to_string(),
        host: link.host(),
        app_id: &platform.app_id,
        consent: link.scope == Scope::Userinfo,
        snapshot: link.snapshot,
        fan,
        fans: &fans,
        fan_missing,
    })
}

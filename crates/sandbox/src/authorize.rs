//! `connect/oauth2/authorize`: step 1, and the page where a person stands in for the fan.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use std::sync::Arc;

use super::fans::{Fan, NewFan};
use super::grant::{Grant, Scope};
use super::link::{BadLink, Link};
use super::pages::AuthorizePage;
use super::platform::Platform;

/// Holds the openid of the fan that the browser's user chose.
pub(super) const FAN_COOKIE: &str = "sandbox_fan";
/// Fans that a page lists.
pub(super) const LISTED: usize = 50;
const COOKIE_DAYS: i64 = 365;

/// What the page's form says.
#[derive(Deserialize)]
pub(super) struct Form {
    fan: Option<String>,
    nickname: Option<String>,
    decision: Option<Decision>,
}

/// The button that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Decision {
    Agree,
    Refuse,
    Snapshot,
}

/// Answers the link at once where no decision is open, else with the page.
pub(super) async fn show(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    let link = match admitted(&request, &platform) {
        Ok(link) => link,
        Err(bad) => return platform.pages.bad_link(&bad),
    };
    match chosen(&request, &platform) {
        Some(fan) if link.snapshot => granted(&platform, &link, &fan, Decision::Snapshot),
        Some(fan) if link.scope == Scope::Base => granted(&platform, &link, &fan, Decision::Agree),
        fan => page(&request, &platform, &link, fan.as_deref(), false),
    }
}

/// The form of the page.
pub(super) async fn decide(request: HttpRequest, form: web::Form<Form>, platform: web::Data<Platform>) -> HttpResponse {
    let link = match admitted(&request, &platform) {
        Ok(link) => link,
        Err(bad) => return platform.pages.bad_link(&bad),
    };
    let form = form.into_inner();
    let decision = match form.decision {
        Some(Decision::Refuse) => return redirect(&link, None),
        _ if link.snapshot => Decision::Snapshot,
        decision => decision.unwrap_or(Decision::Agree),
    };
    let Some(fan) = named(&platform, form.fan.as_deref(), form.nickname.as_deref()) else {
        return page(&request, &platform, &link, None, true);
    };
    let mut answer = granted(&platform, &link, &fan, decision);
    remember(&mut answer, &fan);
    answer
}

/// The link of the request, or what the page that refuses it says.
fn admitted(request: &HttpRequest, platform: &Platform) -> Result<Link, BadLink> {
    let rules = platform.rules.current();
    if rules.require_wechat_browser && !is_wechat(request) {
        return Err(BadLink::outside_wechat());
    }
    Link::read(request.query_string(), &platform.app_id, &rules)
}

fn is_wechat(request: &HttpRequest) -> bool {
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let agent = agent.to_ascii_lowercase();
    agent.contains("micromessenger") && !agent.contains("wxwork")
}

/// The fan of the browser's cookie, if the sandbox still knows them.
pub(super) fn chosen(request: &HttpRequest, platform: &Platform) -> Option<Arc<Fan>> {
    platform.fans.get(request.cookie(FAN_COOKIE)?.value())
}

/// The fan of a form: a new one where a nickname was entered.
pub(super) fn named(platform: &Platform, openid: Option<&str>, nickname: Option<&str>) -> Option<Arc<Fan>> {
    match nickname.map(str::trim).filter(|nickname| !nickname.is_empty()) {
        Some(nickname) => platform.fans.add(NewFan::named(nickname), &platform.chance),
        None => platform.fans.get(openid?),
    }
}

/// Makes the browser this fan until it chooses another.
pub(super) fn remember(answer: &mut HttpResponse, fan: &Fan) {
    let cookie = Cookie::build(FAN_COOKIE, fan.openid.clone())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(COOKIE_DAYS))
        .finish();
    // It fails for a value that no header can hold; an openid given through the control API may be one.
    if answer.add_cookie(&cookie).is_err() {
        tracing::warn!("a sandbox fan's openid does not fit into a cookie");
    }
}

fn granted(platform: &Platform, link: &Link, fan: &Fan, decision: Decision) -> HttpResponse {
    let grant = match decision {
        Decision::Snapshot => Grant::virtual_of(fan, link.scope, &platform.chance),
        Decision::Agree | Decision::Refuse => Grant::of(fan, link.scope),
    };
    let code = platform.grants.mint(grant, platform.clock.now(), &platform.chance);
    redirect(link, Some(&code))
}

fn redirect(link: &Link, code: Option<&str>) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, link.target(code)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

fn page(request: &HttpRequest, platform: &Platform, link: &Link, fan: Option<&Fan>, missing: bool) -> HttpResponse {
    let mut fans = platform.fans.list(LISTED);
    // The form sends the fan that is marked in the list: the chosen one has to be on it.
    if let Some(fan) = fan.filter(|fan| fans.iter().all(|listed| listed.openid != fan.openid)) {
        fans.insert(0, fan.clone());
    }
    platform.pages.authorize(&AuthorizePage {
        action: &request.uri().to_string(),
        asker: link.asker(),
        app_id: &platform.app_id,
        consent: link.scope == Scope::Userinfo,
        snapshot: link.snapshot,
        fan,
        fans: &fans,
        missing,
    })
}

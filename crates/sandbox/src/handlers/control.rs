//! The control API. The crate's documentation has the table.

mod account;
mod fan_actions;
mod fans;
mod problem;
mod push;

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, Data, Json, Path, Query, ServiceConfig},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    account_settings::SettingsChange,
    endpoint::Endpoint,
    faults::OneOrMore,
    grant::{Grant, Scope},
    platform::Platform,
};
use problem::{problem, unreadable};

/// The routes below `/sandbox`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.app_data(web::JsonConfig::default().error_handler(|error, _| unreadable(StatusCode::BAD_REQUEST, error)))
        .app_data(web::PathConfig::default().error_handler(|error, _| unreadable(StatusCode::NOT_FOUND, error)))
        .app_data(web::QueryConfig::default().error_handler(|error, _| unreadable(StatusCode::BAD_REQUEST, error)))
        .route("/fans", web::get().to(fans::list))
        .route("/fans", web::post().to(fans::add))
        .route("/fans/{openid}", web::get().to(fans::show))
        .route("/fans/{openid}", web::patch().to(fans::change))
        .route("/fans/{openid}/expire", web::post().to(fans::expire))
        .route("/fans/{openid}/interact", web::post().to(fans::interact))
        .route(
            "/fans/{openid}/{action:follow|unfollow|scan|withdraw|close|modified|say|click}",
            web::post().to(fan_actions::act_as_fan),
        )
        .route("/followers", web::post().to(fans::add_followers))
        .route("/codes", web::post().to(issue_code))
        .route("/faults", web::get().to(list_faults))
        .route("/faults", web::delete().to(clear_all_faults))
        .route("/faults/{endpoint:.*}", web::put().to(set_faults))
        .route("/faults/{endpoint:.*}", web::delete().to(clear_faults))
        .route("/calls", web::get().to(account::calls))
        .route("/menu", web::get().to(account::menu))
        .route("/menu", web::put().to(account::make_menu_in_console))
        .route("/menu", web::delete().to(account::delete_menu))
        .route("/messages", web::get().to(account::messages))
        .route("/messages", web::delete().to(account::clear_messages))
        .route("/media", web::get().to(account::media))
        .route("/media/{id}", web::get().to(account::file))
        .route("/qr-codes", web::get().to(account::qr_codes))
        .route("/push", web::get().to(push::list))
        .route("/push", web::post().to(push::send))
        .route("/push/verify", web::post().to(push::verify))
        .route("/quotas", web::get().to(account::quotas))
        .route("/quotas", web::delete().to(account::reset_quotas))
        .route("/quotas/{endpoint:.*}", web::put().to(account::change_quota))
        .route("/tokens", web::get().to(account::tokens))
        .route("/tokens", web::delete().to(account::end_tokens))
        .route("/requests", web::get().to(requests))
        .route("/requests", web::delete().to(clear_requests))
        .route("/clock", web::get().to(clock))
        .route("/clock", web::post().to(advance_clock))
        .route("/settings", web::get().to(settings))
        .route("/settings", web::patch().to(change_settings));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeRequest {
    /// An openid or a nickname.
    fan: String,
    scope: Scope,
    #[serde(default)]
    snapshot: bool,
}

async fn issue_code(request: Json<CodeRequest>, platform: Data<Platform>) -> HttpResponse {
    let Some(fan) = platform.fans.find(&request.fan) else {
        return problem(StatusCode::NOT_FOUND, "no fan has this openid or nickname");
    };
    let grant = Grant::new(&fan, request.scope, request.snapshot, &platform.random);
    let openid = grant.openid.clone();
    let code = platform
        .grants
        .issue_code(grant, platform.clock.now(), &platform.random);
    HttpResponse::Created().json(json!({ "code": code, "openid": openid }))
}

async fn list_faults(platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.faults.list())
}

async fn set_faults(endpoint: Path<Endpoint>, faults: Json<OneOrMore>, platform: Data<Platform>) -> HttpResponse {
    platform.faults.set(*endpoint, faults.into_inner().into());
    list_faults(platform).await
}

async fn clear_faults(endpoint: Path<Endpoint>, platform: Data<Platform>) -> HttpResponse {
    platform.faults.clear(*endpoint);
    list_faults(platform).await
}

async fn clear_all_faults(platform: Data<Platform>) -> HttpResponse {
    platform.faults.clear_all();
    list_faults(platform).await
}

/// Pushes in a report of the requests.
const REPORTED_PUSHES: usize = 200;

#[derive(Deserialize)]
struct Filter {
    code: Option<String>,
}

async fn requests(filter: Query<Filter>, platform: Data<Platform>) -> HttpResponse {
    let mut report = platform.request_log.report(filter.code.as_deref());
    report.pushes = platform.pushes.list(REPORTED_PUSHES);
    HttpResponse::Ok().json(report)
}

async fn clear_requests(platform: Data<Platform>) -> HttpResponse {
    platform.request_log.clear();
    platform.pushes.clear();
    HttpResponse::NoContent().finish()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u32,
}

async fn clock(platform: Data<Platform>) -> HttpResponse {
    let clock = &platform.clock;
    HttpResponse::Ok().json(json!({ "now": clock.now(), "seconds_ahead": clock.seconds_ahead() }))
}

async fn advance_clock(advance: Json<Advance>, platform: Data<Platform>) -> HttpResponse {
    platform.clock.advance(advance.advance_seconds);
    clock(platform).await
}

async fn settings(platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.settings.current().as_ref())
}

async fn change_settings(change: Json<SettingsChange>, platform: Data<Platform>) -> HttpResponse {
    match platform.settings.change(change.into_inner()) {
        Ok(settings) => HttpResponse::Ok().json(settings.as_ref()),
        Err(fault) => problem(StatusCode::BAD_REQUEST, &fault),
    }
}

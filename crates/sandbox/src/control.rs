//! The control API. The sandbox's module documentation has the table.

use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, error};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::fans::{FanChange, NewFan};
use super::faults::{Endpoint, Faults};
use super::grant::{Grant, Scope};
use super::platform::Platform;
use super::rules::RulesChange;

/// Fans listed without a `limit`.
const LIST: usize = 1000;
/// Fans that one request may make.
const AT_ONCE: usize = 10_000;

/// The routes below `/sandbox`.
pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.app_data(web::JsonConfig::default().error_handler(|fault, _| refused(400, fault)))
        .app_data(web::PathConfig::default().error_handler(|fault, _| refused(404, fault)))
        .app_data(web::QueryConfig::default().error_handler(|fault, _| refused(400, fault)))
        .route("/fans", web::get().to(list_fans))
        .route("/fans", web::post().to(add_fans))
        .route("/fans/{openid}", web::get().to(show_fan))
        .route("/fans/{openid}", web::patch().to(change_fan))
        .route("/fans/{openid}/expire", web::post().to(expire))
        .route("/codes", web::post().to(mint))
        .route("/faults", web::get().to(list_faults))
        .route("/faults", web::delete().to(clear_faults))
        .route("/faults/{endpoint}", web::put().to(set_faults))
        .route("/faults/{endpoint}", web::delete().to(clear_faults_of))
        .route("/requests", web::get().to(requests))
        .route("/requests", web::delete().to(clear_requests))
        .route("/clock", web::get().to(clock))
        .route("/clock", web::post().to(advance))
        .route("/settings", web::get().to(settings))
        .route("/settings", web::patch().to(change_settings));
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

async fn list_fans(query: Query<Limit>, platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.fans.list(query.limit.unwrap_or(LIST)))
}

async fn add_fans(new: Json<NewFan>, platform: Data<Platform>) -> HttpResponse {
    let new = new.into_inner();
    let Some(count) = new.count else {
        return shown(
            201,
            platform.fans.add(new, &platform.chance).as_deref(),
            "the openid is taken, or there is no room",
        );
    };
    if count > AT_ONCE {
        return problem(400, &format!("count is {AT_ONCE} at most"));
    }
    let make = |number| {
        platform
            .fans
            .add(NewFan::named(format!("{}{number}", new.nickname)), &platform.chance)
    };
    let made: Option<Vec<_>> = (1..=count).map(|number| Some(make(number)?.openid.clone())).collect();
    shown(
        201,
        made.map(|openids| json!({ "openids": openids })),
        "there is no room for so many",
    )
}

async fn show_fan(openid: Path<String>, platform: Data<Platform>) -> HttpResponse {
    shown(200, platform.fans.get(&openid).as_deref(), "nobody has this openid")
}

async fn change_fan(openid: Path<String>, change: Json<FanChange>, platform: Data<Platform>) -> HttpResponse {
    let fan = platform.fans.change(&openid, change.into_inner(), &platform.chance);
    shown(200, fan.as_deref(), "nobody has this openid")
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expiry {
    access: bool,
    refresh: bool,
    password_changed: bool,
}

async fn expire(openid: Path<String>, expiry: Json<Expiry>, platform: Data<Platform>) -> HttpResponse {
    let so_far = platform.grants.so_far();
    let fan = platform.fans.end(&openid, |ended| {
        for (wanted, mark) in [
            (expiry.access, &mut ended.access),
            (expiry.refresh, &mut ended.refresh),
            (expiry.password_changed, &mut ended.password),
        ] {
            if wanted {
                *mark = so_far;
            }
        }
    });
    shown(200, fan.as_deref(), "nobody has this openid")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mint {
    /// An openid or a nickname.
    fan: String,
    scope: Scope,
    #[serde(default)]
    snapshot: bool,
}

async fn mint(mint: Json<Mint>, platform: Data<Platform>) -> HttpResponse {
    let Some(fan) = platform.fans.find(&mint.fan) else {
        return problem(404, "no fan has this openid or nickname");
    };
    let grant = match mint.snapshot {
        true => Grant::virtual_of(&fan, mint.scope, &platform.chance),
        false => Grant::of(&fan, mint.scope),
    };
    let openid = grant.openid.clone();
    let code = platform.grants.mint(grant, platform.clock.now(), &platform.chance);
    HttpResponse::Created().json(json!({ "code": code, "openid": openid }))
}

async fn list_faults(platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.faults.list())
}

async fn set_faults(endpoint: Path<Endpoint>, faults: Json<Faults>, platform: Data<Platform>) -> HttpResponse {
    platform.faults.set(*endpoint, faults.into_inner().into());
    list_faults(platform).await
}

async fn clear_faults_of(endpoint: Path<Endpoint>, platform: Data<Platform>) -> HttpResponse {
    platform.faults.clear(Some(*endpoint));
    list_faults(platform).await
}

async fn clear_faults(platform: Data<Platform>) -> HttpResponse {
    platform.faults.clear(None);
    list_faults(platform).await
}

#[derive(Deserialize)]
struct Exchange {
    code: Option<String>,
}

async fn requests(query: Query<Exchange>, platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.journal.report(query.code.as_deref()))
}

async fn clear_requests(platform: Data<Platform>) -> HttpResponse {
    platform.journal.clear();
    HttpResponse::NoContent().finish()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u32,
}

async fn clock(platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "now": platform.clock.now(), "seconds_ahead": platform.clock.ahead() }))
}

async fn advance(advance: Json<Advance>, platform: Data<Platform>) -> HttpResponse {
    platform.clock.advance(advance.advance_seconds);
    clock(platform).await
}

async fn settings(platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.rules.current().as_ref())
}

async fn change_settings(change: Json<RulesChange>, platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.rules.change(change.into_inner()).as_ref())
}

/// The value as JSON, or why there is none: 404 for what was looked up, 409 for what could not be made.
fn shown(status: u16, value: Option<impl Serialize>, otherwise: &str) -> HttpResponse {
    match value {
        Some(value) if status == 201 => HttpResponse::Created().json(value),
        Some(value) => HttpResponse::Ok().json(value),
        None => problem(if status == 201 { 409 } else { 404 }, otherwise),
    }
}

fn problem(status: u16, detail: &str) -> HttpResponse {
    let title = match status {
        400 => "The request is not understood",
        404 => "There is no such thing",
        _ => "It cannot be done",
    };
    let mut builder = match status {
        400 => HttpResponse::BadRequest(),
        404 => HttpResponse::NotFound(),
        _ => HttpResponse::Conflict(),
    };
    builder
        .content_type("application/problem+json")
        .body(json!({ "title": title, "status": status, "detail": detail }).to_string())
}

/// What an extractor could not read.
fn refused<E: std::error::Error + 'static>(status: u16, fault: E) -> actix_web::Error {
    let answer = problem(status, &fault.to_string());
    error::InternalError::from_response(fault, answer).into()
}

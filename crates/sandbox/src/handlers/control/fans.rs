//! `/sandbox/fans`.

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Json, Path, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::problem::problem;
use crate::{
    fan::{Fan, FanChange, Interaction, NewFan},
    platform::Platform,
};

/// Fans listed without a `limit`.
const DEFAULT_LIMIT: usize = 1000;
/// Fans that one request may make.
const MAX_COUNT: usize = 10_000;

#[derive(Deserialize)]
pub(super) struct Page {
    limit: Option<usize>,
}

pub(super) async fn list(page: Query<Page>, platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.fans.list(page.limit.unwrap_or(DEFAULT_LIMIT)))
}

pub(super) async fn add(new: Json<NewFan>, platform: Data<Platform>) -> HttpResponse {
    if let Some(count) = new.count {
        return add_many(&new.nickname, count, &platform);
    }
    match platform.fans.add(new.into_inner(), &platform.random) {
        Some(fan) => HttpResponse::Created().json(fan.as_ref()),
        None => problem(StatusCode::CONFLICT, "the openid is taken, or there is no room"),
    }
}

fn add_many(nickname: &str, count: usize, platform: &Platform) -> HttpResponse {
    if count > MAX_COUNT {
        return problem(StatusCode::BAD_REQUEST, &format!("count is {MAX_COUNT} at most"));
    }
    let add = |number| {
        let new = NewFan::named(format!("{nickname}{number}"));
        Some(platform.fans.add(new, &platform.random)?.openid.clone())
    };
    match (1..=count).map(add).collect::<Option<Vec<_>>>() {
        Some(openids) => HttpResponse::Created().json(json!({ "openids": openids })),
        None => problem(StatusCode::CONFLICT, "there is no room for so many"),
    }
}

pub(super) async fn show(openid: Path<String>, platform: Data<Platform>) -> HttpResponse {
    found(platform.fans.get(&openid))
}

pub(super) async fn change(openid: Path<String>, change: Json<FanChange>, platform: Data<Platform>) -> HttpResponse {
    let now = platform.clock.now();
    found(
        platform
            .fans
            .change(&openid, change.into_inner(), now, &platform.random),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Interact {
    kind: Interaction,
}

/// The fan writes, follows, scans or clicks.
pub(super) async fn interact(openid: Path<String>, request: Json<Interact>, platform: Data<Platform>) -> HttpResponse {
    let window = request.kind.window(platform.clock.now());
    found(platform.fans.interact(&openid, window))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Followers {
    count: usize,
}

/// Many followers, the same at every start.
pub(super) async fn add_followers(request: Json<Followers>, platform: Data<Platform>) -> HttpResponse {
    match platform.fans.add_followers(&platform.app_id, request.count) {
        Some(()) => {
            let total = platform.fans.followers(None, 0).map_or(0, |(total, _)| total);
            HttpResponse::Created().json(json!({ "total": total }))
        }
        None => problem(StatusCode::CONFLICT, "there is no room for so many"),
    }
}

/// Which tokens to revoke.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expiry {
    access: bool,
    refresh: bool,
    password_changed: bool,
}

pub(super) async fn expire(openid: Path<String>, expiry: Json<Expiry>, platform: Data<Platform>) -> HttpResponse {
    let issued_so_far = platform.grants.last_serial();
    found(platform.fans.revoke(&openid, |revoked| {
        for (wanted, serial) in [
            (expiry.access, &mut revoked.access),
            (expiry.refresh, &mut revoked.refresh),
            (expiry.password_changed, &mut revoked.password_changed),
        ] {
            if wanted {
                *serial = issued_so_far;
            }
        }
    }))
}

fn found(fan: Option<Arc<Fan>>) -> HttpResponse {
    match fan {
        Some(fan) => HttpResponse::Ok().json(fan.as_ref()),
        None => problem(StatusCode::NOT_FOUND, "nobody has this openid"),
    }
}

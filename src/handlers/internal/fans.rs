//! Fans, for the operator's own systems.

use actix_web::{
    HttpResponse,
    web::{self, Data, Path, Query},
};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{ApiRight, routes},
    http::{error::AppError, extract::Authenticated},
    services::apps::{
        Caller, CallerName,
        fan_directory::{FanDirectory, FanDirectoryError, FanEntry},
    },
};

/// Fans of a page, unless `limit` says otherwise.
const DEFAULT_LIMIT: u16 = 100;
const MAX_LIMIT: u16 = 1000;

/// What the room works with.
pub struct FansState {
    /// Looks fans up.
    pub directory: FanDirectory,
}

/// Empty parameters count as missing.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
    #[serde(default)]
    limit: String,
}

#[derive(Serialize)]
struct Page<'a> {
    fans: Vec<Fan<'a>>,
    /// `after` of the next page. Null: this is the last one.
    next: Option<&'a str>,
}

#[derive(Serialize)]
struct Fan<'a> {
    id: &'a str,
    sub: &'a str,
    #[serde(flatten)]
    platform: Option<PlatformIds<'a>>,
    nickname: &'a str,
    /// Null where there is none, and for apps, since the platform's URL is the same for each of them.
    picture: Option<&'a str>,
    /// Null: not known.
    subscribed: Option<bool>,
    registered_at: String,
    last_login_at: String,
}

/// What the platform calls a fan, for the operator.
#[derive(Serialize)]
struct PlatformIds<'a> {
    openid: &'a str,
    unionid: Option<&'a str>,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: FansState) {
    config
        .app_data(Data::new(state))
        .service(web::resource(routes::INTERNAL_FANS).get(page))
        .service(web::resource(routes::INTERNAL_FAN).get(fan));
}

/// `GET /internal/fans?after=…&limit=…`.
async fn page(caller: Authenticated, asked: Query<Asked>, state: Data<FansState>) -> Result<HttpResponse, AppError> {
    let caller = caller.with(&ApiRight::Fans)?;
    let limit = limit(&asked.limit)?;
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    // One more shows whether there is a next page.
    let found = state.directory.page(caller.name.app(), after, limit + 1).await;
    let found = found.map_err(|error| match error {
        FanDirectoryError::Service(error) => error.into(),
        FanDirectoryError::Malformed(_) => AppError::BadRequest,
    })?;
    let shown: Vec<&FanEntry> = found.iter().take(limit.into()).collect();
    let next = shown.last().filter(|_| found.len() > shown.len());
    Ok(HttpResponse::Ok().json(Page {
        next: next.map(|entry| entry.name.as_str()),
        fans: shown.into_iter().map(|entry| shape(entry, &caller)).collect(),
    }))
}

/// `GET /internal/fans/{id}`.
async fn fan(caller: Authenticated, id: Path<String>, state: Data<FansState>) -> Result<HttpResponse, AppError> {
    let caller = caller.with(&ApiRight::Fans)?;
    let found = state.directory.find(caller.name.app(), &id).await?;
    let found = found.ok_or(AppError::FanUnknown)?;
    Ok(HttpResponse::Ok().json(shape(&found, &caller)))
}

fn limit(text: &str) -> Result<u16, AppError> {
    if text.is_empty() {
        return Ok(DEFAULT_LIMIT);
    }
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or(AppError::BadRequest)
}

fn shape<'a>(entry: &'a FanEntry, caller: &Caller) -> Fan<'a> {
    let profile = &entry.fan.profile;
    let is_operator = caller.name == CallerName::Ops;
    let picture = Some(profile.avatar_url.as_str()).filter(|url| is_operator && !url.is_empty());
    Fan {
        id: &entry.name,
        sub: &entry.name,
        platform: is_operator.then_some(PlatformIds {
            openid: profile.openid.as_str(),
            unionid: profile.unionid.as_deref(),
        }),
        nickname: &profile.nickname,
        picture,
        subscribed: entry.fan.follow.subscribed,
        registered_at: entry.fan.created_at.to_rfc3339(),
        last_login_at: entry.fan.last_login_at.to_rfc3339(),
    }
}

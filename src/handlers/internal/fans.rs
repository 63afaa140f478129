//! Fans, for the operator's own systems.

use actix_web::{
    HttpResponse,
    web::{self, Data, Path, Query},
};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    domain::{ApiRight, routes},
    http::{error::AppError, extract::Authenticated},
    services::{
        apps::{
            Caller, CallerName,
            fan_directory::{FanDirectory, FanDirectoryError, FanEntry},
        },
        avatars::{AvatarSector, Avatars},
    },
};

/// Fans of a page, unless `limit` says otherwise.
const DEFAULT_LIMIT: u16 = 100;
const MAX_LIMIT: u16 = 1000;

/// What the room works with.
pub struct FansState {
    /// Looks fans up.
    pub directory: FanDirectory,
    /// Where their avatars are.
    pub avatars: Avatars,
    /// What paths of avatars stand below.
    pub public_url: Url,
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
    /// The copy of the avatar, at an address that no other app has; null where there is none.
    picture: Option<String>,
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
    let mut fans = Vec::with_capacity(shown.len());
    for entry in &shown {
        fans.push(shape(entry, &caller, &state).await?);
    }
    let next = next.map(|entry| entry.name.as_str());
    Ok(HttpResponse::Ok().json(Page { fans, next }))
}

/// `GET /internal/fans/{id}`.
async fn fan(caller: Authenticated, id: Path<String>, state: Data<FansState>) -> Result<HttpResponse, AppError> {
    let caller = caller.with(&ApiRight::Fans)?;
    let found = state.directory.find(caller.name.app(), &id).await?;
    let found = found.ok_or(AppError::FanUnknown)?;
    Ok(HttpResponse::Ok().json(shape(&found, &caller, &state).await?))
}

fn limit(text: &str) -> Result<u16, AppError> {
    if text.is_empty() {
        return Ok(DEFAULT_LIMIT);
    }
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or(AppError::BadRequest)
}

async fn shape<'a>(entry: &'a FanEntry, caller: &Caller, state: &FansState) -> Result<Fan<'a>, AppError> {
    let profile = &entry.fan.profile;
    let is_operator = caller.name == CallerName::Ops;
    let sector = caller
        .name
        .app()
        .map_or(AvatarSector::Own, |app| AvatarSector::Apps(app.as_str()));
    let path = state.avatars.path_of(&entry.fan, sector).await?;
    let picture = path.and_then(|path| state.public_url.join(&path).ok());
    Ok(Fan {
        id: &entry.name,
        sub: &entry.name,
        platform: is_operator.then_some(PlatformIds {
            openid: profile.openid.as_str(),
            unionid: profile.unionid.as_deref(),
        }),
        nickname: &profile.nickname,
        picture: picture.map(String::from),
        subscribed: entry.fan.follow.subscribed,
        registered_at: entry.fan.created_at.to_rfc3339(),
        last_login_at: entry.fan.last_login_at.to_rfc3339(),
    })
}

//! `cgi-bin`: the account's token, and calls with it.

pub mod account;
pub mod media;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use crate::{
    platform::Platform,
    response::{json, respond},
};

/// A field that is absent gives an errcode, not a bad request.
#[derive(Deserialize)]
struct TokenRequest {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    appid: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    force_refresh: bool,
}

#[derive(Serialize)]
struct TokenBody {
    access_token: String,
    expires_in: i64,
}

/// 获取稳定版接口调用凭据: JSON in, the token of the account out.
pub async fn stable_token(body: web::Bytes, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, token(&body, &platform))
}

fn token(body: &[u8], platform: &Platform) -> Result<HttpResponse, i64> {
    let request: TokenRequest = serde_json::from_slice(body).map_err(|_| 47001)?;
    match request.appid.as_str() {
        "" => return Err(41002),
        app_id if app_id != platform.app_id => return Err(40013),
        _ => {}
    }
    if request.secret.is_empty() {
        return Err(41004);
    }
    if !platform.is_secret(&request.secret) {
        return Err(40125);
    }
    if request.grant_type != "client_credential" {
        return Err(40002);
    }
    let now = platform.clock.now();
    let (access_token, expires_in) = platform.stable_token.get(request.force_refresh, now, &platform.random);
    let body = TokenBody {
        access_token,
        expires_in,
    };
    Ok(json(&body, 0))
}

/// Any method but POST.
pub async fn wrong_method(platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, Err(43002))
}

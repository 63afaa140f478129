//! `cgi-bin/stable_token`: the account's token.

use std::sync::Mutex;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::chance::Chance;
use super::errors::{json, refusal};
use super::locked;
use super::platform::Platform;

/// Seconds that a token lasts.
const TOKEN_SECONDS: i64 = 7200;
/// Seconds before its end from which a new one is answered.
const EARLY: i64 = 300;

/// The token in force and when it ends, in seconds since 1970.
#[derive(Default)]
pub(super) struct StableToken(Mutex<Option<(String, i64)>>);

impl StableToken {
    /// The same token as long as it lasts, and its seconds; a new one near its end, or where it is forced.
    fn get(&self, force: bool, now: i64, chance: &Chance) -> (String, i64) {
        let mut kept = locked(&self.0);
        match &*kept {
            Some((token, end)) if !force && end - now > EARLY => (token.clone(), end - now),
            _ => {
                let token = chance.token();
                *kept = Some((token.clone(), now + TOKEN_SECONDS));
                (token, TOKEN_SECONDS)
            }
        }
    }
}

/// Everything may be absent, which is an errcode and no bad request.
#[derive(Deserialize)]
struct Request {
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
struct Token {
    access_token: String,
    expires_in: i64,
}

/// 获取稳定版接口调用凭据: JSON in, the token of the account out.
pub(super) async fn stable_token(body: web::Bytes, platform: web::Data<Platform>) -> HttpResponse {
    answered(&body, &platform).unwrap_or_else(|errcode| refusal(&platform, errcode, None))
}

fn answered(body: &[u8], platform: &Platform) -> Result<HttpResponse, i64> {
    let request: Request = serde_json::from_slice(body).map_err(|_| 47001)?;
    match request.appid.as_str() {
        "" => return Err(41002),
        app_id if app_id != platform.app_id => return Err(40013),
        _ => {}
    }
    if request.secret.is_empty() {
        return Err(41004);
    }
    if !platform.knows_secret(&request.secret) {
        return Err(40125);
    }
    if request.grant_type != "client_credential" {
        return Err(40002);
    }
    let now = platform.clock.now();
    let (access_token, expires_in) = platform.stable_token.get(request.force_refresh, now, &platform.chance);
    Ok(json(
        &Token {
            access_token,
            expires_in,
        },
        0,
    ))
}

/// Any method but POST.
pub(super) async fn wrong_method(platform: web::Data<Platform>) -> HttpResponse {
    refusal(&platform, 43002, None)
}

//! `sns/*`: exchange, refresh, profile, check.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use url::form_urlencoded;

use super::errors::{json, ok, refusal};
use super::fans::{Ended, Fan};
use super::grant::{Grant, Scope};
use super::grants::{ACCESS_SECONDS, Pair, Token};
use super::platform::Platform;

/// The parameters of a query; an empty one counts as missing.
struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    fn of(request: &'a HttpRequest) -> Self {
        Self(form_urlencoded::parse(request.query_string().as_bytes()).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
            .filter(|value| !value.is_empty())
    }

    /// The value, or the errcode of its absence.
    fn need(&self, name: &str, missing: i64) -> Result<&str, i64> {
        self.get(name).ok_or(missing)
    }
}

#[derive(Serialize)]
struct Tokens<'a> {
    access_token: &'a str,
    expires_in: i64,
    refresh_token: &'a str,
    openid: &'a str,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_snapshotuser: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<&'a str>,
}

/// What the platform leaves blank since 2021 is blank here too.
#[derive(Serialize)]
struct Profile<'a> {
    openid: &'a str,
    nickname: &'a str,
    sex: u8,
    language: &'a str,
    city: &'a str,
    province: &'a str,
    country: &'a str,
    headimgurl: &'a str,
    privilege: [&'a str; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<&'a str>,
}

/// 网页授权 / step 2: a code for tokens.
pub(super) async fn access_token(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    settled(&platform, exchange(&Parameters::of(&request), &platform))
}

fn exchange(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    account(parameters, platform)?;
    let secret = parameters.need("secret", 41004)?;
    if !platform.knows_secret(secret) {
        return Err(40125);
    }
    grant_type(parameters, "authorization_code")?;
    let now = platform.clock.now();
    let grant = platform.grants.spend(parameters.need("code", 41008)?, now)?;
    let pair = platform.grants.pair(&grant, now, &platform.chance);
    let unionid = grant.unionid.as_deref().filter(|_| grant.scope == Scope::Userinfo);
    Ok(tokens(&pair, &grant, grant.snapshot.then_some(1), unionid))
}

/// 网页授权 / step 3: a new access token; the field table names neither unionid nor is_snapshotuser.
pub(super) async fn refresh_token(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    settled(&platform, refresh(&Parameters::of(&request), &platform))
}

fn refresh(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    account(parameters, platform)?;
    grant_type(parameters, "refresh_token")?;
    let text = parameters.need("refresh_token", 41003)?;
    let token = platform.grants.find_refresh(text).ok_or(40030)?;
    let now = platform.clock.now();
    if let Some(errcode) = token.refresh_fault(ended(platform, &token), now) {
        return Err(errcode);
    }
    let rotate = platform.rules.current().rotate_refresh_tokens;
    let pair = platform.grants.renew(text, &token.grant, rotate, now, &platform.chance);
    Ok(tokens(&pair, &token.grant, None, None))
}

/// 网页授权 / step 4: the profile, for tokens of `snsapi_userinfo` alone. `lang` chose the language of the region, which is blank.
pub(super) async fn userinfo(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    settled(&platform, profile(&Parameters::of(&request), &platform))
}

fn profile(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    let token = live_token(parameters, platform)?;
    if token.grant.scope != Scope::Userinfo || token.grant.snapshot {
        return Err(48001);
    }
    let fan = platform.fans.get(&token.grant.openid).ok_or(40003)?;
    Ok(shown(&fan))
}

/// 网页授权 / check: whether a token is still good.
pub(super) async fn auth(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    settled(
        &platform,
        live_token(&Parameters::of(&request), &platform).map(|_| ok()),
    )
}

/// Any method but GET.
pub(super) async fn wrong_method(platform: web::Data<Platform>) -> HttpResponse {
    refusal(&platform, 43001, None)
}

fn account(parameters: &Parameters<'_>, platform: &Platform) -> Result<(), i64> {
    if parameters.need("appid", 41002)? == platform.app_id {
        Ok(())
    } else {
        Err(40013)
    }
}

fn grant_type(parameters: &Parameters<'_>, expected: &str) -> Result<(), i64> {
    if parameters.get("grant_type") == Some(expected) {
        Ok(())
    } else {
        Err(40002)
    }
}

/// The access token, alive and issued to the openid beside it.
fn live_token(parameters: &Parameters<'_>, platform: &Platform) -> Result<Token, i64> {
    let text = parameters.need("access_token", 41001)?;
    let token = platform.grants.find_access(text).ok_or(40001)?;
    if let Some(errcode) = token.access_fault(ended(platform, &token), platform.clock.now()) {
        return Err(errcode);
    }
    if parameters.need("openid", 41009)? == token.grant.openid {
        Ok(token)
    } else {
        Err(40003)
    }
}

fn ended(platform: &Platform, token: &Token) -> Ended {
    platform
        .fans
        .get(&token.grant.openid)
        .map(|fan| fan.ended)
        .unwrap_or_default()
}

fn tokens(pair: &Pair, grant: &Grant, is_snapshotuser: Option<u8>, unionid: Option<&str>) -> HttpResponse {
    let body = Tokens {
        access_token: &pair.access_token,
        expires_in: ACCESS_SECONDS,
        refresh_token: &pair.refresh_token,
        openid: &grant.openid,
        scope: grant.scope.as_str(),
        is_snapshotuser,
        unionid,
    };
    json(&body, 0)
}

fn shown(fan: &Arc<Fan>) -> HttpResponse {
    let body = Profile {
        openid: &fan.openid,
        nickname: &fan.nickname,
        sex: 0,
        language: "",
        city: "",
        province: "",
        country: "",
        headimgurl: &fan.headimgurl,
        privilege: [],
        unionid: fan.unionid.as_deref(),
    };
    json(&body, 0)
}

fn settled(platform: &Platform, answer: Result<HttpResponse, i64>) -> HttpResponse {
    answer.unwrap_or_else(|errcode| refusal(platform, errcode, None))
}

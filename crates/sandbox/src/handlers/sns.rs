//! `sns/*`: exchange and refresh, a fan's profile, the check of a token.

mod body;

use actix_web::{HttpRequest, HttpResponse, web};

use super::parameters::Parameters;
use crate::{
    fan::RevokedTokens,
    grant::Scope,
    platform::Platform,
    response::{ok, respond},
    token::Token,
};

/// 网页授权 / step 2: a code for tokens.
pub async fn access_token(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, exchange(&Parameters::of(&request), &platform))
}

fn exchange(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    check_app_id(parameters, platform)?;
    let secret = parameters.require("secret", 41004)?;
    if !platform.is_secret(secret) {
        return Err(40125);
    }
    check_grant_type(parameters, "authorization_code")?;
    let now = platform.clock.now();
    let grant = platform.grants.spend_code(parameters.require("code", 41008)?, now)?;
    let pair = platform.grants.issue_tokens(&grant, now, &platform.random);
    let unionid = grant.unionid.as_deref().filter(|_| grant.scope == Scope::Userinfo);
    Ok(body::tokens(&pair, &grant, grant.snapshot.then_some(1), unionid))
}

/// 网页授权 / step 3: a new access token. Its field table has neither unionid nor is_snapshotuser.
pub async fn refresh_token(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, refresh(&Parameters::of(&request), &platform))
}

fn refresh(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    check_app_id(parameters, platform)?;
    check_grant_type(parameters, "refresh_token")?;
    let text = parameters.require("refresh_token", 41003)?;
    let token = platform.grants.find_refresh_token(text).ok_or(40030)?;
    let now = platform.clock.now();
    token.check_as_refresh_token(revoked(platform, &token), now)?;
    let rotate = platform.settings.current().rotate_refresh_tokens;
    let pair = platform
        .grants
        .refresh(text, &token.grant, rotate, now, &platform.random);
    Ok(body::tokens(&pair, &token.grant, None, None))
}

/// 网页授权 / step 4: the profile, for tokens of `snsapi_userinfo` alone. `lang` is ignored: it is for the region, which is blank.
pub async fn userinfo(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, profile(&Parameters::of(&request), &platform))
}

fn profile(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    let token = valid_token(parameters, platform)?;
    if token.grant.scope != Scope::Userinfo || token.grant.snapshot {
        return Err(48001);
    }
    let fan = platform.fans.get(&token.grant.openid).ok_or(40003)?;
    Ok(body::profile(&fan))
}

/// 网页授权 / check: whether a token is still valid.
pub async fn auth(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    let valid = valid_token(&Parameters::of(&request), &platform);
    respond(&platform, valid.map(|_| ok()))
}

/// Any method but GET.
pub async fn wrong_method(platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, Err::<HttpResponse, i64>(43001))
}

fn check_app_id(parameters: &Parameters<'_>, platform: &Platform) -> Result<(), i64> {
    if parameters.require("appid", 41002)? == platform.app_id {
        Ok(())
    } else {
        Err(40013)
    }
}

fn check_grant_type(parameters: &Parameters<'_>, expected: &str) -> Result<(), i64> {
    if parameters.get("grant_type") == Some(expected) {
        Ok(())
    } else {
        Err(40002)
    }
}

/// The access token, still valid and issued to the openid beside it.
fn valid_token(parameters: &Parameters<'_>, platform: &Platform) -> Result<Token, i64> {
    let text = parameters.require("access_token", 41001)?;
    let token = platform.grants.find_access_token(text).ok_or(40001)?;
    token.check_as_access_token(revoked(platform, &token), platform.clock.now())?;
    if parameters.require("openid", 41009)? == token.grant.openid {
        Ok(token)
    } else {
        Err(40003)
    }
}

fn revoked(platform: &Platform, token: &Token) -> RevokedTokens {
    platform.fans.revoked(&token.grant.openid)
}

//! `token`, `stable_token` and `ticket/getticket`.

use serde::Deserialize;
use serde_json::{Value, json as value};

use super::{
    Answer,
    call::{Call, read},
};

/// A field that is absent gives an errcode, not a bad request.
#[derive(Deserialize)]
struct StableTokenRequest {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    appid: String,
    #[serde(default)]
    secret: String,
    force_refresh: Option<bool>,
}

/// 获取接口调用凭据: a new token, which replaces the one before.
pub fn token(call: &Call<'_>, _: &[u8]) -> Answer {
    let parameter = |name| call.parameters.get(name).unwrap_or_default();
    call.authenticate(parameter("appid"), parameter("secret"))?;
    if parameter("grant_type") != "client_credential" {
        return Err(40002.into());
    }
    call.count()?;
    let (token, expires_in) = call.platform.account_tokens.plain(call.now(), &call.platform.random);
    Ok(body(&token, expires_in))
}

/// 获取稳定版接口调用凭据: JSON in, the token of the account out.
pub fn stable_token(call: &Call<'_>, body_in: &[u8]) -> Answer {
    let request: StableTokenRequest = read(body_in)?;
    call.authenticate(&request.appid, &request.secret)?;
    if request.grant_type != "client_credential" {
        return Err(40002.into());
    }
    // Odd, and seen: without the key the platform says that the AppID is missing.
    let force = request.force_refresh.ok_or(41002)?;
    call.count()?;
    let tokens = &call.platform.account_tokens;
    let (token, expires_in) = tokens.stable(force, call.now(), &call.platform.random)?;
    Ok(body(&token, expires_in))
}

fn body(token: &str, expires_in: i64) -> Value {
    value!({ "access_token": token, "expires_in": expires_in })
}

/// 获取 jsapi_ticket.
pub fn ticket(call: &Call<'_>, _: &[u8]) -> Answer {
    if call.parameters.get("type") != Some("jsapi") {
        return Err(40097.into());
    }
    let (ticket, expires_in) = call.platform.ticket.get(call.now(), &call.platform.random);
    Ok(value!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": expires_in }))
}

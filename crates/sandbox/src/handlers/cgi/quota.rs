//! `openapi/*` and `clear_quota`: how many calls are left.

use serde::Deserialize;
use serde_json::json as value;

use super::{
    Answer,
    call::{Call, read},
    ok,
};
use crate::endpoint::Endpoint;

#[derive(Deserialize)]
struct PathRequest {
    #[serde(default)]
    cgi_path: String,
}

#[derive(Deserialize)]
struct AccountRequest {
    #[serde(default)]
    appid: String,
    #[serde(default)]
    appsecret: String,
}

#[derive(Deserialize)]
struct RidRequest {
    #[serde(default)]
    rid: String,
}

/// 查询 API 调用额度. The limit of a right that the account does not have is 0.
pub fn show(call: &Call<'_>, body: &[u8]) -> Answer {
    let endpoint = endpoint_of(body)?;
    let quota = call.platform.quotas.get(endpoint, call.now());
    let limit = quota.daily_limit.filter(|_| call.has_right(endpoint)).unwrap_or(0);
    let mut answer = value!({
        "errcode": 0,
        "errmsg": "ok",
        "quota": { "daily_limit": limit, "used": quota.used, "remain": limit.saturating_sub(quota.used) },
    });
    if let (Some(calls), Some(fields)) = (quota.minute_limit, answer.as_object_mut()) {
        fields.insert(
            "rate_limit".to_owned(),
            value!({ "call_count": calls, "refresh_second": 60 }),
        );
    }
    Ok(answer)
}

fn endpoint_of(body: &[u8]) -> Result<Endpoint, i64> {
    let request: PathRequest = read(body)?;
    if !request.cgi_path.starts_with('/') {
        return Err(76003);
    }
    if request.cgi_path.starts_with("/sns/") {
        return Err(76022);
    }
    let known = Endpoint::known(&request.cgi_path).filter(|endpoint| endpoint.daily_limit().is_some());
    known.ok_or(76021)
}

/// 重置 API 调用次数 of one path.
pub fn clear_path(call: &Call<'_>, body: &[u8]) -> Answer {
    let endpoint = endpoint_of(body)?;
    call.platform.quotas.clear_path(endpoint, call.now())?;
    Ok(ok())
}

/// 清空 API 的调用额度, with a token.
pub fn clear(call: &Call<'_>, body: &[u8]) -> Answer {
    let request: AccountRequest = read(body)?;
    call.check_app_id(&request.appid)?;
    call.platform.quotas.clear(call.now())?;
    Ok(ok())
}

/// The same with the AppSecret, for an account whose quota of tokens is used up. The documentation shows the parameters in
/// the query; the body is taken too.
pub fn clear_v2(call: &Call<'_>, body: &[u8]) -> Answer {
    let parameter = |name| call.parameters.get(name).unwrap_or_default().to_owned();
    let request = match body {
        [] => AccountRequest {
            appid: parameter("appid"),
            appsecret: parameter("appsecret"),
        },
        body => read(body)?,
    };
    call.authenticate(&request.appid, &request.appsecret)?;
    call.platform.quotas.clear(call.now())?;
    Ok(ok())
}

/// 查询 rid 信息.
pub fn request_id(call: &Call<'_>, body: &[u8]) -> Answer {
    let request: RidRequest = read(body)?;
    let known = call.platform.request_ids.get(&request.rid, call.now())?;
    Ok(value!({ "errcode": 0, "errmsg": "ok", "request": known }))
}

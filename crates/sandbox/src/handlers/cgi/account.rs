//! What the account may ask with its token.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json as value;

use crate::{
    account_settings::Right,
    handlers::parameters::Parameters,
    platform::Platform,
    response::{json, respond},
};

/// Endpoints whose quota can be asked for, with their daily limits and rights.
const QUOTAS: [(&str, u32, Right); 6] = [
    ("/cgi-bin/user/info", 5_000_000, Right::Fans),
    ("/cgi-bin/menu/get", 10_000, Right::Menu),
    ("/cgi-bin/ticket/getticket", 1_000_000, Right::JsSdk),
    ("/cgi-bin/qrcode/create", 100_000, Right::QrCodes),
    ("/cgi-bin/media/upload", 5_000, Right::Media),
    ("/cgi-bin/media/get", 10_000, Right::Media),
];

/// 获取用户基本信息. The platform has left the profile blank since 2021.
pub async fn fan_info(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, show_fan(&Parameters::of(&request), &platform))
}

fn show_fan(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    authorize(parameters, platform, Some(Right::Fans))?;
    let fan = platform.fans.get(parameters.require("openid", 41009)?).ok_or(40003)?;
    let mut body = value!({
        "subscribe": 1, "openid": fan.openid, "nickname": "", "sex": 0, "language": "zh_CN", "city": "", "province": "",
        "country": "", "headimgurl": "", "subscribe_time": 1_641_364_601, "remark": "", "groupid": 0, "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_SEARCH", "qr_scene": 0, "qr_scene_str": "",
    });
    if let (Some(unionid), Some(fields)) = (&fan.unionid, body.as_object_mut()) {
        fields.insert("unionid".to_owned(), unionid.clone().into());
    }
    Ok(json(&body, 0))
}

/// 获取自定义菜单配置.
pub async fn menu(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, show_menu(&Parameters::of(&request), &platform))
}

fn show_menu(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    authorize(parameters, platform, Some(Right::Menu))?;
    if !platform.settings.current().has_menu {
        return Err(46003);
    }
    let button = value!({ "type": "view", "name": "会员", "url": "https://www.example.com/", "sub_button": [] });
    Ok(json(&value!({ "menu": { "button": [button] } }), 0))
}

/// 获取 jsapi_ticket.
pub async fn ticket(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, show_ticket(&Parameters::of(&request), &platform))
}

fn show_ticket(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    authorize(parameters, platform, Some(Right::JsSdk))?;
    if parameters.get("type") != Some("jsapi") {
        return Err(40097);
    }
    let (ticket, expires_in) = platform.ticket.get(false, platform.clock.now(), &platform.random);
    let body = value!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": expires_in });
    Ok(json(&body, 0))
}

#[derive(Deserialize)]
struct QuotaRequest {
    #[serde(default)]
    cgi_path: String,
}

/// 查询 API 调用额度.
pub async fn quota(request: HttpRequest, body: web::Bytes, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, show_quota(&Parameters::of(&request), &body, &platform))
}

fn show_quota(parameters: &Parameters<'_>, body: &[u8], platform: &Platform) -> Result<HttpResponse, i64> {
    authorize(parameters, platform, None)?;
    let request: QuotaRequest = serde_json::from_slice(body).map_err(|_| 47001)?;
    if !request.cgi_path.starts_with('/') {
        return Err(76003);
    }
    if request.cgi_path.starts_with("/sns/") {
        return Err(76022);
    }
    let known = QUOTAS.iter().find(|(path, _, _)| *path == request.cgi_path);
    let (_, limit, right) = known.ok_or(76021)?;
    let limit = if has(platform, *right) { *limit } else { 0 };
    let quota = value!({ "daily_limit": limit, "used": 0, "remain": limit });
    Ok(json(&value!({ "errcode": 0, "errmsg": "ok", "quota": quota }), 0))
}

/// The account's token must be good, and the account must have the right.
pub(super) fn authorize(parameters: &Parameters<'_>, platform: &Platform, right: Option<Right>) -> Result<(), i64> {
    let token = parameters.require("access_token", 41001)?;
    platform.stable_token.check(token, platform.clock.now())?;
    match right {
        Some(right) if !has(platform, right) => Err(48001),
        _ => Ok(()),
    }
}

fn has(platform: &Platform, right: Right) -> bool {
    !platform.settings.current().missing_rights.contains(&right)
}

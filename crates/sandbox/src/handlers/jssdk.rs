//! The stand-in for WeChat's JS-SDK file, and what it asks in place of the app.

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL},
    web::{Bytes, Data, Payload, Query},
};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Value, json as value};
use sha1::{Digest, Sha1};
use url::Url;

use crate::{
    account_settings::Right,
    media::{File, MediaKind, Spool},
    platform::Platform,
};

const FILE: &str = include_str!("../pages/jweixin.js");

/// What a page gives to `wx.config`, and the URL under which WeChat knows it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    app_id: String,
    timestamp: Value,
    nonce_str: String,
    signature: String,
    url: String,
}

#[derive(Deserialize)]
pub struct Upload {
    r#type: String,
}

/// `GET /open/js/jweixin-1.6.0.js`.
pub async fn file() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(FILE)
}

/// `POST /open/jssdk/verify`: what WeChat says of a config.
pub async fn verify(body: Bytes, platform: Data<Platform>) -> HttpResponse {
    let outcome = match serde_json::from_slice(&body) {
        Ok(config) => judge(&config, &platform),
        Err(_) => "config:fail",
    };
    answer(&value!({ "errMsg": outcome }))
}

fn judge(config: &Config, platform: &Platform) -> &'static str {
    let settings = platform.settings.current();
    if settings.missing_rights.contains(&Right::JsSdk) {
        return "config:fail, permission denied";
    }
    let Ok(page) = Url::parse(&config.url) else {
        return "config:fail";
    };
    if !settings.allow_js(&page) {
        return "config:fail, invalid url domain";
    }
    let timestamp = match &config.timestamp {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return "config:fail",
    };
    let now = platform.clock.now();
    let ticket = platform.ticket.current().filter(|(_, expires_at)| now < *expires_at);
    let is_right = ticket.is_some_and(|(ticket, _)| {
        let nonce = &config.nonce_str;
        let url = config.url.split('#').next().unwrap_or_default();
        let text = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
        hex::encode(Sha1::digest(text)) == config.signature
    });
    if is_right && config.app_id == platform.app_id {
        "config:ok"
    } else {
        "config:invalid signature"
    }
}

/// `POST /open/jssdk/upload?type=image/jpeg`: keeps a picture as temporary media.
pub async fn upload(upload: Query<Upload>, mut body: Payload, platform: Data<Platform>) -> HttpResponse {
    let Ok(mut spool) = Spool::new(&platform.random) else {
        return answer(&value!({ "errMsg": "uploadImage:fail" }));
    };
    while let Some(piece) = body.next().await {
        let is_kept = piece.is_ok_and(|piece| spool.write(&piece).is_ok());
        if !is_kept || spool.length() > MediaKind::Image.max_size() {
            return answer(&value!({ "errMsg": "uploadImage:fail" }));
        }
    }
    let file = File {
        kind: MediaKind::Image,
        content_type: upload.into_inner().r#type,
        content: Arc::new(spool.finish()),
        created_at: platform.clock.now(),
    };
    let id = platform.media.keep(file, &platform.random);
    answer(&value!({ "errMsg": "uploadImage:ok", "serverId": id }))
}

/// Pages of any site ask, as pages of any site run in WeChat.
fn answer(body: &Value) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(body)
}

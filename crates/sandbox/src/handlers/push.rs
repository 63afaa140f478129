//! The page at `/push`: a fan's chat with the account, and the pushes that it made.

mod chat;
mod forms;

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Bytes, Data},
};
use awc::Client;
use serde_json::json;
use url::Url;

use super::{browser_fan, deliver::deliver};
use crate::{
    beijing::clock_time,
    fan::Fan,
    fan_action::act as act_as,
    pages::{PushPage, PushRow},
    platform::Platform,
    push::{Notice, PushRecord},
    push_sender::{self, NotReady, SendOptions},
};
use chat::chat;
use forms::Form;

/// Pushes and QR codes that are listed.
const LISTED: usize = 20;

/// Events that the form offers.
const EVENTS: [&str; 9] = [
    "subscribe",
    "unsubscribe",
    "SCAN",
    "CLICK",
    "VIEW",
    "LOCATION",
    "user_info_modified",
    "user_authorization_revoke",
    "user_authorization_cancellation",
];

const NO_FAN: &str = "请先选择本浏览器是哪位粉丝";
const NO_URL: &str = "尚未设置推送地址：粉丝已改变，但未推送事件";

pub async fn show(request: HttpRequest, platform: Data<Platform>) -> HttpResponse {
    page(&request, &platform, None)
}

/// The browser's fan does something, or something happens to them.
pub async fn act(request: HttpRequest, body: Bytes, platform: Data<Platform>, client: Data<Client>) -> HttpResponse {
    let Some(fan) = browser_fan::current(&request, &platform) else {
        return page(&request, &platform, Some(NO_FAN.to_owned()));
    };
    let done = Form::read(&body)
        .action()
        .and_then(|action| act_as(&platform, &fan.openid, action).map_err(|error| error.to_string()));
    match done {
        Ok(done) => finish(&request, platform, client, done.notice, SendOptions::default()).await,
        Err(fault) => page(&request, &platform, Some(fault)),
    }
}

/// A push of any kind, which does not change the fan.
pub async fn send(request: HttpRequest, body: Bytes, platform: Data<Platform>, client: Data<Client>) -> HttpResponse {
    let Some(fan) = browser_fan::current(&request, &platform) else {
        return page(&request, &platform, Some(NO_FAN.to_owned()));
    };
    let form = Form::read(&body);
    match notice(&platform, &fan, &form) {
        Ok(notice) => finish(&request, platform, client, notice, form.options()).await,
        Err(fault) => page(&request, &platform, Some(fault)),
    }
}

fn notice(platform: &Platform, fan: &Fan, form: &Form) -> Result<Notice, String> {
    let sender = push_sender::sender(platform, &fan.openid);
    let fields = match form.kind() {
        "text" => return Notice::message(&sender, "text", &form.value().into(), &serde_json::Map::new()),
        "user_authorization_revoke" => json!({ "RevokeInfo": form.value() }),
        _ => json!({ "EventKey": form.value() }),
    };
    Notice::event(
        &sender,
        form.kind(),
        fields.as_object().unwrap_or(&serde_json::Map::new()),
    )
}

/// Checks the URL as the console does.
pub async fn verify(request: HttpRequest, platform: Data<Platform>, client: Data<Client>) -> HttpResponse {
    match push_sender::verify(&platform, &client, &SendOptions::default()).await {
        Ok(_) => back(),
        Err(missing) => page(&request, &platform, Some(missing.to_string())),
    }
}

async fn finish(
    request: &HttpRequest,
    platform: Data<Platform>,
    client: Data<Client>,
    notice: Notice,
    options: SendOptions,
) -> HttpResponse {
    match deliver(platform.clone(), client, notice, options).await {
        Ok(_) => back(),
        Err(NotReady::NoUrl) => page(request, &platform, Some(NO_URL.to_owned())),
        Err(missing) => page(request, &platform, Some(missing.to_string())),
    }
}

fn back() -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, "/push"))
        .finish()
}

fn page(request: &HttpRequest, platform: &Platform, alert: Option<String>) -> HttpResponse {
    let fan = browser_fan::current(request, platform);
    let settings = platform.settings.current();
    platform.pages.push(&PushPage {
        app_id: &platform.app_id,
        original_id: &platform.original_id,
        sandbox_url: platform.url.as_str(),
        alert,
        fan: fan.as_deref(),
        url: settings.push.url.as_ref().map(Url::as_str),
        mode: settings.push.mode,
        has_token: settings.push.token.is_some(),
        has_key: settings.push.aes_key.is_some(),
        verification: platform.pushes.verification(),
        chat: fan.as_ref().map_or_else(Vec::new, |fan| chat(platform, &fan.openid)),
        buttons: platform.menus.drawn(),
        qr_codes: platform.qr_codes.current(platform.clock.now(), LISTED),
        events: &EVENTS,
        pushes: platform
            .pushes
            .list(LISTED)
            .into_iter()
            .map(|push| row(platform, push))
            .collect(),
    })
}

fn row(platform: &Platform, push: PushRecord) -> PushRow {
    let fan: Option<Arc<Fan>> = platform.fans.get(&push.openid);
    PushRow {
        time: clock_time(push.at),
        nickname: fan.map_or_else(|| push.openid.clone(), |fan| fan.nickname.clone()),
        push,
    }
}

//! `/sandbox/push`.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Json},
};
use awc::Client;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::problem::{not_ready, problem};
use crate::{
    handlers::deliver::deliver,
    platform::Platform,
    push::{Notice, PushMode},
    push_sender::{self, SendOptions},
};

/// Pushes that are listed.
const LISTED: usize = 200;

/// The last pushes, the newest first.
pub(super) async fn list(platform: Data<Platform>) -> HttpResponse {
    HttpResponse::Ok().json(platform.pushes.list(LISTED))
}

/// A push of any kind. Of message, event and xml there is one.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PushRequest {
    /// An openid or a nickname.
    fan: Option<String>,
    /// `{"text": "…"}`, or another type with its fields.
    message: Option<Map<String, Value>>,
    event: Option<String>,
    /// Further fields of a message or an event.
    fields: Map<String, Value>,
    xml: Option<String>,
    mode: Option<PushMode>,
    timestamp_offset: i64,
    wrong_signature: bool,
    copies: Option<usize>,
    same_nonce: bool,
    timestamp: Option<i64>,
    nonce: Option<String>,
    tries: Option<usize>,
}

impl PushRequest {
    fn options(&self) -> SendOptions {
        SendOptions {
            mode: self.mode,
            timestamp_offset: self.timestamp_offset,
            wrong_signature: self.wrong_signature,
            copies: self.copies,
            same_nonce: self.same_nonce,
            timestamp: self.timestamp,
            nonce: self.nonce.clone(),
            tries: self.tries,
        }
    }

    fn notice(&self, platform: &Platform, openid: &str) -> Result<Notice, String> {
        let sender = push_sender::sender(platform, openid);
        match (&self.message, &self.event, &self.xml) {
            (Some(message), None, None) => match message.iter().next() {
                Some((kind, content)) if message.len() == 1 => Notice::message(&sender, kind, content, &self.fields),
                _ => Err("message is an object with one key, its type: {\"text\": \"…\"}".to_owned()),
            },
            (None, Some(event), None) => Notice::event(&sender, event, &self.fields),
            (None, None, Some(xml)) => Ok(Notice::raw(&sender, xml.clone())),
            _ => Err("a push has one of message, event and xml".to_owned()),
        }
    }
}

/// Sends a push, waits for what becomes of it, and tells of every try.
pub(super) async fn send(request: Json<PushRequest>, platform: Data<Platform>, client: Data<Client>) -> HttpResponse {
    let request = request.into_inner();
    let openid = match &request.fan {
        Some(name) => match platform.fans.find(name) {
            Some(fan) => fan.openid.clone(),
            None => return problem(StatusCode::NOT_FOUND, "no fan has this openid or nickname"),
        },
        None if request.xml.is_some() => String::new(),
        None => return problem(StatusCode::BAD_REQUEST, "fan is missing: an openid or a nickname"),
    };
    let notice = match request.notice(&platform, &openid) {
        Ok(notice) => notice,
        Err(fault) => return problem(StatusCode::BAD_REQUEST, &fault),
    };
    match deliver(platform, client, notice, request.options()).await {
        Ok(record) => HttpResponse::Ok().json(record),
        Err(missing) => not_ready(missing),
    }
}

/// Checks the URL as the console does when it is saved.
pub(super) async fn verify(options: Json<SendOptions>, platform: Data<Platform>, client: Data<Client>) -> HttpResponse {
    match push_sender::verify(&platform, &client, &options).await {
        Ok(verification) => HttpResponse::Ok().json(verification),
        Err(missing) => not_ready(missing),
    }
}

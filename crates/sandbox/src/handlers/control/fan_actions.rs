//! `/sandbox/fans/{openid}/{action}`: what a fan does, and what happens to one.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Bytes, Data, Path},
};
use awc::Client;
use serde_json::{Map, Value, json};

use super::problem::{not_ready, problem};
use crate::{
    fan_action::{ActionError, FanAction, act},
    handlers::deliver::deliver,
    platform::Platform,
    push_sender::{self, NotReady, SendOptions},
};

/// Changes the fan, pushes the event, and answers with both. Without a URL for pushes there is no event.
pub(super) async fn act_as_fan(
    path: Path<(String, String)>,
    body: Bytes,
    platform: Data<Platform>,
    client: Data<Client>,
) -> HttpResponse {
    let (openid, action) = path.into_inner();
    let (action, options) = match read(&action, &body) {
        Ok(read) => read,
        Err(fault) => return problem(StatusCode::BAD_REQUEST, &fault),
    };
    let is_on = match push_sender::check(&platform, &options) {
        Ok(()) => true,
        Err(NotReady::NoUrl) => false,
        Err(missing) => return not_ready(missing),
    };
    let done = match act(&platform, &openid, action) {
        Ok(done) => done,
        Err(error @ ActionError::NoFan) => return problem(StatusCode::NOT_FOUND, &error.to_string()),
        Err(error) => return problem(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if !is_on {
        return HttpResponse::Ok().json(json!({ "fan": done.fan.as_ref(), "push": null }));
    }
    match deliver(platform, client, done.notice, options).await {
        Ok(push) => HttpResponse::Ok().json(json!({ "fan": done.fan.as_ref(), "push": push })),
        Err(missing) => not_ready(missing),
    }
}

/// The action of the path with the fields of the body, of which `options` are those of the push. A body may be missing.
fn read(action: &str, body: &[u8]) -> Result<(FanAction, SendOptions), String> {
    let body = if body.is_empty() { b"null" } else { body };
    let fields: Option<Map<String, Value>> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let mut fields = fields.unwrap_or_default();
    let options = fields.remove("options").unwrap_or_else(|| json!({}));
    let options = serde_json::from_value(options).map_err(|error| format!("options: {error}"))?;
    fields.insert("action".to_owned(), action.into());
    let action = serde_json::from_value(fields.into()).map_err(|error| error.to_string())?;
    Ok((action, options))
}

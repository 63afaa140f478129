//! `cgi-bin`: the account's tokens, and calls with them.

pub mod call;
mod fans;
pub mod media;
mod menu;
mod message;
mod qr_code;
mod quota;
mod tokens;

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use serde_json::{Value, json as value};

use crate::{
    endpoint::Endpoint,
    platform::Platform,
    refusal::Refusal,
    response::{json, respond},
};
use call::Call;

/// What an endpoint answers.
type Answer = Result<Value, Refusal>;
/// An endpoint: a call and its body in, JSON out.
type Handler = fn(&Call<'_>, &[u8]) -> Answer;

/// The endpoints that take a token of the account and answer JSON.
const ENDPOINTS: [(Endpoint, Method, Handler); 20] = [
    (Endpoint::FanInfo, Method::GET, fans::info),
    (Endpoint::FanInfoBatch, Method::POST, fans::info_batch),
    (Endpoint::Followers, Method::GET, fans::followers),
    (Endpoint::Menu, Method::GET, menu::get),
    (Endpoint::CurrentMenu, Method::GET, menu::current),
    (Endpoint::MenuCreate, Method::POST, menu::create),
    (Endpoint::MenuDelete, Method::GET, menu::delete),
    (Endpoint::ConditionalMenuAdd, Method::POST, menu::add_conditional),
    (Endpoint::ConditionalMenuDelete, Method::POST, menu::delete_conditional),
    (Endpoint::ConditionalMenuTry, Method::POST, menu::try_match),
    (Endpoint::Ticket, Method::GET, tokens::ticket),
    (Endpoint::QrCode, Method::POST, qr_code::create),
    (Endpoint::Message, Method::POST, message::send),
    (Endpoint::Typing, Method::POST, message::typing),
    (Endpoint::Quota, Method::POST, quota::show),
    (Endpoint::QuotaClear, Method::POST, quota::clear_path),
    (Endpoint::Rid, Method::POST, quota::request_id),
    (Endpoint::ClearQuota, Method::POST, quota::clear),
    (Endpoint::CallbackIps, Method::GET, callback_ips),
    (Endpoint::ApiIps, Method::GET, api_ips),
];
/// Those that take the AppSecret, or nothing.
const WITHOUT_TOKEN: [(Endpoint, Method, Handler); 3] = [
    (Endpoint::Token, Method::GET, tokens::token),
    (Endpoint::StableToken, Method::POST, tokens::stable_token),
    (Endpoint::ClearQuotaV2, Method::POST, quota::clear_v2),
];

/// Every endpoint that answers JSON, with the method that it takes.
pub fn endpoints() -> impl Iterator<Item = (Endpoint, Method, Handler, bool)> {
    let with_token = ENDPOINTS
        .into_iter()
        .map(|(endpoint, method, handler)| (endpoint, method, handler, true));
    let without = WITHOUT_TOKEN
        .into_iter()
        .map(|(endpoint, method, handler)| (endpoint, method, handler, false));
    with_token.chain(without)
}

/// Answers a request. With `needs_token` it must come with a token of the account that is good, within the quota and the rights.
pub fn answer(
    (endpoint, handler, needs_token): (Endpoint, Handler, bool),
    request: &HttpRequest,
    body: &[u8],
    platform: &Platform,
) -> HttpResponse {
    let call = Call::new(request, endpoint, platform);
    let admitted = if needs_token { call.admit() } else { Ok(()) };
    let answer = admitted.and_then(|()| handler(&call, body));
    respond(platform, answer.map(|body| json(&body, 0)))
}

/// What an endpoint answers that has nothing to tell.
fn ok() -> Value {
    value!({ "errcode": 0, "errmsg": "ok" })
}

/// Servers from which the platform sends its push: addresses for documentation.
fn callback_ips(_: &Call<'_>, _: &[u8]) -> Answer {
    Ok(value!({ "ip_list": ["203.0.113.10", "203.0.113.11", "198.51.100.0/25"] }))
}

fn api_ips(_: &Call<'_>, _: &[u8]) -> Answer {
    Ok(value!({ "ip_list": ["203.0.113.20", "203.0.113.21"] }))
}

/// Any method but POST.
pub async fn wrong_method(platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, Err::<HttpResponse, i64>(43002))
}

/// A path that the server API does not have.
pub async fn no_endpoint(platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, Err::<HttpResponse, i64>(40066))
}

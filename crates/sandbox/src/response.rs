//! Responses in the form of the platform's JSON endpoints.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
};
use serde::Serialize;

use crate::{
    errcode::{self, Errcode},
    platform::Platform,
};

#[derive(Serialize)]
struct ErrorBody<'a> {
    errcode: i64,
    errmsg: &'a str,
}

/// The response of an endpoint, or the error response of its errcode.
pub fn respond(platform: &Platform, result: Result<HttpResponse, i64>) -> HttpResponse {
    result.unwrap_or_else(|errcode| error(platform, errcode, errcode::message(errcode)))
}

/// Status 200, as the platform's errors have it, and a request id at the end of the message.
pub fn error(platform: &Platform, errcode: i64, message: &str) -> HttpResponse {
    let request_id = platform.random.request_id(platform.clock.now());
    let errmsg = format!("{message}, rid: {request_id}");
    let body = ErrorBody {
        errcode,
        errmsg: &errmsg,
    };
    json(&body, errcode)
}

/// `{"errcode":0,"errmsg":"ok"}`.
pub fn ok() -> HttpResponse {
    let body = ErrorBody {
        errcode: 0,
        errmsg: errcode::message(0),
    };
    json(&body, 0)
}

/// JSON as the platform sends it: `text/plain` without a charset, slashes escaped, everything else raw UTF-8.
pub fn json(body: &impl Serialize, errcode: i64) -> HttpResponse {
    let Ok(body) = serde_json::to_string(body) else {
        return HttpResponse::InternalServerError().finish();
    };
    let mut response = HttpResponse::Ok().body(body.replace('/', "\\/"));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response.extensions_mut().insert(Errcode(errcode));
    response
}

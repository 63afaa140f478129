//! Responses in the form of the platform's JSON endpoints.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
};
use serde::Serialize;

use crate::{
    errcode::{self, Errcode},
    platform::Platform,
    refusal::Refusal,
};

/// The request id of an error, left in the response's extensions for `openapi/rid/get`.
pub struct RequestId(pub String);

#[derive(Serialize)]
struct ErrorBody<'a> {
    errcode: i64,
    errmsg: &'a str,
}

/// The response of an endpoint, or the error response of its errcode.
pub fn respond(platform: &Platform, result: Result<HttpResponse, impl Into<Refusal>>) -> HttpResponse {
    result.unwrap_or_else(|refusal| {
        let Refusal { errcode, message } = refusal.into();
        error(platform, errcode, &message)
    })
}

/// Status 200, as the platform's errors have it, and a request id at the end of the message.
pub fn error(platform: &Platform, errcode: i64, message: &str) -> HttpResponse {
    let request_id = platform.random.request_id(platform.clock.now());
    // The only message seen without the comma.
    let comma = if errcode == 40164 { "" } else { "," };
    let errmsg = format!("{message}{comma} rid: {request_id}");
    let body = ErrorBody {
        errcode,
        errmsg: &errmsg,
    };
    let mut response = json(&body, errcode);
    response.extensions_mut().insert(RequestId(request_id));
    response
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

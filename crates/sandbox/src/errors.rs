//! The platform's error codes: their texts, and the answer that carries one.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use serde::Serialize;

use super::platform::Platform;

/// The errcode that an answer carries, left with the response for the journal; 0 is success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Errcode(pub(super) i64);

/// 网页授权 and the global return codes / errmsg.
pub(super) fn text(errcode: i64) -> &'static str {
    match errcode {
        -1 => "system error",
        0 => "ok",
        40001 => "invalid credential, access_token is invalid or not latest",
        40002 => "invalid grant_type",
        40003 => "invalid openid",
        40013 => "invalid appid",
        40014 => "invalid access_token",
        40029 => "invalid code",
        40030 => "invalid refresh_token",
        40125 => "invalid appsecret",
        40163 => "code been used",
        40164 => "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist",
        41001 => "access_token missing",
        41002 => "appid missing",
        41003 => "refresh_token missing",
        41004 => "appsecret missing",
        41008 => "missing code",
        41009 => "missing openid",
        42001 => "access_token expired",
        42002 => "refresh_token expired",
        42003 => "code expired",
        42007 => "access_token and refresh_token exception",
        43001 => "require GET method",
        43002 => "require POST method",
        45009 => "reach max api daily quota limit",
        45011 => "api minute-quota reach limit, must slower, retry next minute",
        47001 => "data format error",
        48001 => "api unauthorized",
        50001 => "user unauthorized",
        50002 => "user limited",
        _ => "unknown error",
    }
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    errcode: i64,
    errmsg: &'a str,
}

/// An error as `sns/*` answers it: status 200, the request id at the end of its text.
pub(super) fn refusal(platform: &Platform, errcode: i64, errmsg: Option<&str>) -> HttpResponse {
    let rid = platform.chance.rid(platform.clock.now());
    let errmsg = format!("{}, rid: {rid}", errmsg.unwrap_or_else(|| text(errcode)));
    json(
        &ErrorBody {
            errcode,
            errmsg: &errmsg,
        },
        errcode,
    )
}

/// `{"errcode":0,"errmsg":"ok"}`.
pub(super) fn ok() -> HttpResponse {
    json(
        &ErrorBody {
            errcode: 0,
            errmsg: text(0),
        },
        0,
    )
}

/// JSON in the platform's manner: `text/plain` without a charset, slashes escaped, everything else raw UTF-8.
pub(super) fn json(body: &impl Serialize, errcode: i64) -> HttpResponse {
    let Ok(body) = serde_json::to_string(body) else {
        return HttpResponse::InternalServerError().finish();
    };
    let mut answer = HttpResponse::Ok().body(body.replace('/', "\\/"));
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    answer.extensions_mut().insert(Errcode(errcode));
    answer
}

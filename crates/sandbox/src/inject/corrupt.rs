//! Corrupts a response.

use actix_web::{
    HttpResponse,
    body::{BodyStream, BoxBody, MessageBody},
    http::header::{self, HeaderValue},
    web::Bytes,
};
use futures_util::stream;
use serde_json::Value;

use crate::faults::Garbage;

/// 320 blocks of 64 KiB are 20 MiB.
const HUGE_BLOCKS: usize = 320;
static BLOCK: [u8; 65_536] = [b'a'; 65_536];
const PAGE: &str = "<!DOCTYPE html><html><head><title>系统维护</title></head><body>系统繁忙，请稍后再试</body></html>";
const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
const JSON: &str = r#"{"errcode":40007,"errmsg":"invalid media_id"}"#;
/// Bytes that occur nowhere in UTF-8.
const INVALID_UTF8: &[u8] = &[0xff, 0xfe];
/// Well-formed, but no fan has it.
const OTHER_OPENID: &str = "oSomebodyElse00000000000000x";

/// The whole body; those of the sandbox's handlers are never streams.
pub(super) fn into_bytes(body: BoxBody) -> Bytes {
    body.try_into_bytes().unwrap_or_default()
}

/// The same response with a body that no client expects.
pub(super) fn corrupt(mut response: HttpResponse, garbage: Garbage) -> HttpResponse {
    let content_type = match garbage {
        Garbage::Html => Some("text/html"),
        Garbage::Svg => Some("image/svg+xml"),
        Garbage::TextType => Some("text/plain"),
        Garbage::JsonAsPicture => Some("image/jpeg"),
        _ => None,
    };
    if let Some(content_type) = content_type {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response.map_body(|_, body| match garbage {
        Garbage::Html => BoxBody::new(PAGE),
        Garbage::Svg => BoxBody::new(SVG),
        Garbage::JsonAsPicture => BoxBody::new(JSON),
        Garbage::TextType => body,
        Garbage::Empty => BoxBody::new(()),
        Garbage::Huge => huge(),
        Garbage::NotJson => BoxBody::new("access_token=made-up&expires_in=7200"),
        Garbage::InvalidUtf8 => BoxBody::new(break_utf8(&into_bytes(body))),
        Garbage::NoOpenid => BoxBody::new(edit_json(&into_bytes(body), |object| {
            object.remove("openid");
        })),
        Garbage::OtherOpenid => BoxBody::new(edit_json(&into_bytes(body), |object| {
            object
                .entry("openid")
                .and_modify(|openid| *openid = OTHER_OPENID.into());
        })),
    })
}

/// Valid JSON of 20 MiB, chunked, so that no header gives its size.
fn huge() -> BoxBody {
    let start = Bytes::from_static(br#"{"openid":""#);
    let end = Bytes::from_static(br#""}"#);
    let block = Bytes::from_static(&BLOCK);
    let pieces = std::iter::once(start)
        .chain(std::iter::repeat_n(block, HUGE_BLOCKS))
        .chain([end]);
    BoxBody::new(BodyStream::new(stream::iter(pieces.map(Ok::<_, std::io::Error>))))
}

/// Puts bytes that are no UTF-8 into the nickname, else into the openid, else at the front.
fn break_utf8(body: &[u8]) -> Vec<u8> {
    let after = |key: &[u8]| {
        body.windows(key.len())
            .position(|part| part == key)
            .map(|start| start + key.len())
    };
    let position = after(br#""nickname":""#)
        .or_else(|| after(br#""openid":""#))
        .unwrap_or(0);
    let (before, rest) = body.split_at(position);
    [before, INVALID_UTF8, rest].concat()
}

/// Edits a JSON object; any other body stays as it is.
fn edit_json(body: &[u8], edit: impl FnOnce(&mut serde_json::Map<String, Value>)) -> Vec<u8> {
    let Ok(Value::Object(mut object)) = serde_json::from_slice(body) else {
        return body.to_vec();
    };
    edit(&mut object);
    Value::Object(object).to_string().replace('/', "\\/").into_bytes()
}

//! Spoils an answer.

use actix_web::HttpResponse;
use actix_web::body::{BodyStream, BoxBody, MessageBody};
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use futures_util::stream;
use serde_json::Value;

use super::Garbage;

/// 320 blocks of 64 KiB are 20 MiB.
const HUGE_BLOCKS: usize = 320;
static BLOCK: [u8; 65_536] = [b'a'; 65_536];
const PAGE: &str = "<!DOCTYPE html><html><head><title>系统维护</title></head><body>系统繁忙，请稍后再试</body></html>";
/// Bytes that occur nowhere in UTF-8.
const BROKEN: &[u8] = &[0xff, 0xfe];
/// Of the right form, but nobody's.
const OTHER_OPENID: &str = "oSomebodyElse00000000000000x";

/// The answer's body in one piece; ours are never streams.
pub(super) fn bytes_of(body: BoxBody) -> Bytes {
    body.try_into_bytes().unwrap_or_default()
}

/// The same answer with a body that no client expects.
pub(super) fn spoilt(mut answer: HttpResponse, garbage: Garbage) -> HttpResponse {
    if garbage == Garbage::Html {
        answer
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    }
    answer.map_body(|_, body| match garbage {
        Garbage::Html => BoxBody::new(PAGE),
        Garbage::Empty => BoxBody::new(()),
        Garbage::Huge => huge(),
        Garbage::NotJson => BoxBody::new("access_token=made-up&expires_in=7200"),
        Garbage::InvalidUtf8 => BoxBody::new(broken(&bytes_of(body))),
        Garbage::NoOpenid => BoxBody::new(edited(&bytes_of(body), |answer| {
            answer.remove("openid");
        })),
        Garbage::OtherOpenid => BoxBody::new(edited(&bytes_of(body), |answer| {
            answer
                .entry("openid")
                .and_modify(|openid| *openid = OTHER_OPENID.into());
        })),
    })
}

/// Proper JSON of 20 MiB, chunked, so that no header warns of its size.
fn huge() -> BoxBody {
    let start = Bytes::from_static(br#"{"openid":""#);
    let end = Bytes::from_static(br#""}"#);
    let block = Bytes::from_static(&BLOCK);
    let pieces = std::iter::once(start)
        .chain(std::iter::repeat_n(block, HUGE_BLOCKS))
        .chain([end]);
    BoxBody::new(BodyStream::new(stream::iter(pieces.map(Ok::<_, std::io::Error>))))
}

/// Breaks the nickname; an answer without one is broken in its openid, else in front.
fn broken(body: &[u8]) -> Vec<u8> {
    let after = |key: &[u8]| {
        body.windows(key.len())
            .position(|part| part == key)
            .map(|start| start + key.len())
    };
    let place = after(br#""nickname":""#)
        .or_else(|| after(br#""openid":""#))
        .unwrap_or(0);
    let (before, behind) = body.split_at(place);
    [before, BROKEN, behind].concat()
}

/// An answer that is no JSON object, or carries an error, stays as it is where the edit finds nothing to change.
fn edited(body: &[u8], edit: impl FnOnce(&mut serde_json::Map<String, Value>)) -> Vec<u8> {
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(body) else {
        return body.to_vec();
    };
    edit(&mut answer);
    Value::Object(answer).to_string().replace('/', "\\/").into_bytes()
}

//! Files (临时素材).

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE},
    web::{self, Bytes},
};
use serde_json::json as value;

use super::account::authorize;
use crate::{
    account_settings::Right,
    handlers::parameters::Parameters,
    media::File,
    platform::Platform,
    response::{json, respond},
};

/// Longest request for an upload that is read, in bytes; the platform takes 10 MB.
pub const MAX_UPLOAD: usize = 11 * 1024 * 1024;

/// 新增临时素材.
pub async fn upload(request: HttpRequest, body: Bytes, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, keep(&request, &body, &platform))
}

fn keep(request: &HttpRequest, body: &Bytes, platform: &Platform) -> Result<HttpResponse, i64> {
    let parameters = Parameters::of(request);
    authorize(&parameters, platform, Some(Right::Media))?;
    let kind = parameters.get("type").unwrap_or_default();
    if !["image", "voice", "video", "thumb"].contains(&kind) {
        return Err(40004);
    }
    // The platform does not read a body without a length.
    if !request.headers().contains_key(CONTENT_LENGTH) {
        return Err(41005);
    }
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let boundary = content_type.and_then(|value| value.strip_prefix("multipart/form-data; boundary="));
    let (content_type, bytes) = boundary.and_then(|boundary| file_of(boundary, body)).ok_or(41005)?;
    let created_at = platform.clock.now();
    let file = File {
        content_type,
        bytes,
        created_at,
    };
    let id = platform.media.keep(file, &platform.random);
    Ok(json(
        &value!({ "type": kind, "media_id": id, "created_at": created_at }),
        0,
    ))
}

/// The content type and the bytes of a form's only part, which is called `media` and has a file name.
fn file_of(boundary: &str, body: &Bytes) -> Option<(String, Bytes)> {
    let inner = body.strip_prefix(format!("--{boundary}\r\n").as_bytes())?;
    let inner = inner.strip_suffix(format!("\r\n--{boundary}--\r\n").as_bytes())?;
    let end = inner.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = std::str::from_utf8(inner.get(..end)?).ok()?;
    let bytes = inner.get(end + 4..)?;
    let mut lines = head.split("\r\n");
    let disposition = lines.next()?;
    let is_media = disposition.starts_with("Content-Disposition: form-data; name=\"media\"; filename=\"");
    let content_type = lines.next()?.strip_prefix("Content-Type: ")?;
    let is_whole = is_media && lines.next().is_none() && !bytes.is_empty();
    is_whole.then(|| (content_type.to_owned(), body.slice_ref(bytes)))
}

/// 获取临时素材.
pub async fn get(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, show(&Parameters::of(&request), &platform))
}

fn show(parameters: &Parameters<'_>, platform: &Platform) -> Result<HttpResponse, i64> {
    authorize(parameters, platform, Some(Right::Media))?;
    let id = parameters.require("media_id", 41006)?;
    let file = platform.media.get(id, platform.clock.now()).ok_or(40007)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, file.content_type))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{id}\"")))
        .body(file.bytes))
}

//! Files (临时素材).

mod form;

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE},
    web::{self, Payload},
};
use futures_util::StreamExt;
use serde_json::json as value;

use super::call::Call;
use crate::{
    endpoint::Endpoint,
    media::{File, MediaKind, Spool},
    platform::Platform,
    refusal::Refusal,
    response::{json, respond},
};
use form::{Form, Part};

/// 新增临时素材. What is refused is read to its end all the same, so that the client gets the answer.
pub async fn upload(request: HttpRequest, mut payload: Payload, platform: web::Data<Platform>) -> HttpResponse {
    let result = keep(&request, &mut payload, &platform).await;
    if result.is_err() {
        while let Some(Ok(_)) = payload.next().await {}
    }
    respond(&platform, result)
}

async fn keep(request: &HttpRequest, payload: &mut Payload, platform: &Platform) -> Result<HttpResponse, Refusal> {
    let call = Call::new(request, Endpoint::MediaUpload, platform);
    call.admit()?;
    let kind = call.parameters.get("type").and_then(MediaKind::parse).ok_or(40004)?;
    // The platform does not read a body without a length.
    if !request.headers().contains_key(CONTENT_LENGTH) {
        return Err(41005.into());
    }
    let spool = Spool::new(&platform.random).map_err(|_| -1)?;
    let mut form = Form::new(request, spool, kind.max_size()).ok_or(41005)?;
    while let Some(piece) = payload.next().await {
        form.push(&piece.map_err(|_| 41005)?).map_err(|_| -1)?;
        if form.is_too_long() {
            return Err(kind.too_long().into());
        }
    }
    let Part {
        name,
        content_type,
        content,
    } = form.finish().map_err(|_| -1)?.ok_or(41005)?;
    if !kind.takes(&name, &content_type) {
        return Err(40005.into());
    }
    let created_at = call.now();
    let file = File {
        kind,
        content_type,
        content: Arc::new(content),
        created_at,
    };
    let id = platform.media.keep(file, &platform.random);
    let id_name = if kind == MediaKind::Thumb {
        "thumb_media_id"
    } else {
        "media_id"
    };
    Ok(json(
        &value!({ "type": kind.name(), id_name: id, "created_at": created_at }),
        0,
    ))
}

/// 获取临时素材.
pub async fn get(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    respond(&platform, show(&Call::new(&request, Endpoint::MediaGet, &platform)))
}

fn show(call: &Call<'_>) -> Result<HttpResponse, Refusal> {
    call.admit()?;
    let id = call.parameters.require("media_id", 41006)?;
    let file = call.platform.media.get(id, call.now()).ok_or(40007)?;
    if file.kind == MediaKind::Video {
        let url = format!("{}sandbox/media/{id}", call.platform.url);
        return Ok(json(&value!({ "video_url": url }), 0));
    }
    Ok(deliver(id, file)?)
}

/// A file as it was uploaded.
///
/// # Errors
///
/// -1 when the disk cannot be read.
pub fn deliver(id: &str, file: File) -> Result<HttpResponse, i64> {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, file.content_type))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{id}\"")));
    // Faults cut and corrupt bodies that are at hand as a whole.
    Ok(match file.content.read_short().map_err(|_| -1)? {
        Some(bytes) => response.body(bytes),
        None => response.body(SizedStream::new(file.content.length, Box::pin(file.content.stream()))),
    })
}

//! The second road in: serverIds of the JS-SDK, as JSON.

use actix_web::{HttpRequest, http::header, web::Payload};
use serde::Deserialize;

use super::MAX_FILES;
use crate::{http::error::AppError, services::photos::ServerId};

/// Nine serverIds of 256 characters, and what is around them.
const MAX_BYTES: usize = 8 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(rename = "serverIds")]
    server_ids: Vec<String>,
}

/// Whether the body says that it is JSON.
pub(super) fn is_json(request: &HttpRequest) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|content_type| content_type.to_str().ok())
        .unwrap_or_default();
    let (media_type, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    media_type.trim().eq_ignore_ascii_case("application/json")
}

/// One to nine serverIds.
///
/// # Errors
/// [`AppError::BadRequest`], [`AppError::BodyTooLarge`].
pub(super) async fn read(body: Payload) -> Result<Vec<ServerId>, AppError> {
    let bytes = body
        .to_bytes_limited(MAX_BYTES)
        .await
        .map_err(|_| AppError::BodyTooLarge)?;
    let bytes = bytes.map_err(|_| AppError::BadRequest)?;
    let body: Body = serde_json::from_slice(&bytes).map_err(|_| AppError::BadRequest)?;
    if !(1..=MAX_FILES).contains(&body.server_ids.len()) {
        return Err(AppError::BadRequest);
    }
    let ids = body.server_ids.iter().map(|id| ServerId::parse(id));
    ids.collect::<Option<_>>().ok_or(AppError::BadRequest)
}

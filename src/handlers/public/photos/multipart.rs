//! Reading an upload: all of it before anything is saved, so that a faulty one saves nothing.

use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::{
    HttpRequest,
    http::header,
    rt::time::timeout,
    web::{Bytes, BytesMut, Payload},
};
use futures_util::StreamExt;

use super::MAX_FILES;
use crate::{
    http::error::AppError,
    services::picture_pool::{PoolError, UploadSpace},
};

/// The name of the parts.
const PART: &str = "photo";

/// How long a phone may send nothing.
const MAX_PAUSE: Duration = Duration::from_secs(20);

/// A file that was sent.
pub(super) enum File {
    /// Its bytes.
    Bytes(Bytes),
    /// It has too many.
    TooLarge,
}

/// The files of an upload, in their order. Their names are not looked at.
///
/// # Errors
/// [`AppError::BadRequest`] if it is no upload of one to nine files, [`AppError::BodyTooSlow`], [`AppError::PhotosBusy`] if
/// `space` cannot grow.
pub(super) async fn read(
    request: &HttpRequest,
    body: Payload,
    max_bytes: usize,
    space: &mut UploadSpace,
) -> Result<Vec<File>, AppError> {
    want_length(request)?;
    let mut parts = Multipart::new(request.headers(), body);
    let mut files = Vec::new();
    while let Some(part) = in_time(parts.next()).await? {
        let mut part = part.map_err(|_| AppError::BadRequest)?;
        if part.name() != Some(PART) || files.len() == MAX_FILES {
            return Err(AppError::BadRequest);
        }
        let mut bytes = BytesMut::new();
        let mut is_too_large = false;
        while let Some(chunk) = in_time(part.next()).await? {
            let chunk = chunk.map_err(|_| AppError::BadRequest)?;
            is_too_large |= bytes.len().saturating_add(chunk.len()) > max_bytes;
            if is_too_large {
                // Its rest is read over, for the sake of the files behind it.
                space.shrink(bytes.len());
                bytes = BytesMut::new();
            } else {
                space.grow(chunk.len()).map_err(no_space)?;
                bytes.extend_from_slice(&chunk);
            }
        }
        files.push(match is_too_large {
            true => File::TooLarge,
            false => File::Bytes(bytes.freeze()),
        });
    }
    match files.is_empty() {
        true => Err(AppError::BadRequest),
        false => Ok(files),
    }
}

fn no_space(error: PoolError) -> AppError {
    match error {
        PoolError::TooLarge => AppError::BodyTooLarge,
        PoolError::Full | PoolError::Broken => AppError::PhotosBusy,
    }
}

fn want_length(request: &HttpRequest) -> Result<(), AppError> {
    let has_length = request.headers().contains_key(header::CONTENT_LENGTH);
    has_length.then_some(()).ok_or(AppError::LengthRequired)
}

async fn in_time<T>(next: impl Future<Output = T>) -> Result<T, AppError> {
    timeout(MAX_PAUSE, next).await.map_err(|_| AppError::BodyTooSlow)
}

//! `POST /api/photos`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Payload},
};

use super::{
    PhotosState, answer,
    multipart::{self, File},
};
use crate::{
    domain::ErrorChain,
    http::{
        error::{AppError, ErrorKind, LogLevel},
        extract::CurrentFan,
    },
    services::{
        photos::{PhotoError, Saved},
        picture_pool::PoolError,
    },
};

/// What became of one file.
pub(super) type Outcome = Result<Saved, ErrorKind>;

/// Takes one to nine photos: files, or what the platform calls a file that a page of the JS-SDK uploaded to it. Who is not
/// signed in, and who is uploading already, is refused before the body is read.
pub(super) async fn upload(
    request: HttpRequest,
    CurrentFan(sign_in): CurrentFan,
    body: Payload,
    state: Data<PhotosState>,
) -> Result<HttpResponse, AppError> {
    let fan = sign_in.ok_or(AppError::NotSignedIn)?.fan_id;
    let _turn = state.uploads.begin(fan).ok_or(AppError::PhotosBusy)?;
    let _space = state
        .pool
        .reserve(content_length(&request)?)
        .map_err(|error| match error {
            PoolError::TooLarge => AppError::BodyTooLarge,
            PoolError::Full | PoolError::Broken => AppError::PhotosBusy,
        })?;
    let files = multipart::read(&request, body, state.photos.max_bytes()).await?;
    let mut outcomes = Vec::new();
    for file in files {
        let outcome = match file {
            File::TooLarge => Err(ErrorKind::PhotoTooLarge),
            File::Bytes(bytes) => outcome(state.photos.save(fan, bytes).await)?,
        };
        outcomes.push(outcome);
    }
    answer::respond(&request, &state.views, &outcomes)
}

/// # Errors
/// What no file has to do with: the fan is gone.
fn outcome(saved: Result<Saved, PhotoError>) -> Result<Outcome, AppError> {
    match saved {
        Ok(saved) => Ok(Ok(saved)),
        Err(PhotoError::FanGone) => Err(AppError::NotSignedIn),
        Err(error) => {
            let error = AppError::from(error);
            let kind = error.kind();
            if kind.row().log == LogLevel::Error {
                tracing::error!(error = %ErrorChain(&error), "a request failed");
            }
            Ok(Err(kind))
        }
    }
}

fn content_length(request: &HttpRequest) -> Result<u64, AppError> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    length.ok_or(AppError::LengthRequired)
}

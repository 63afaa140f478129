//! `POST /api/photos`.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};

use super::{
    PhotosState,
    answer::{self, Outcome},
    multipart::{self, File},
    server_ids,
};
use crate::{
    domain::{ErrorChain, SignIn},
    http::{
        error::{AppError, ErrorKind, LogLevel},
        extract::CurrentFan,
        responses::see_other,
    },
    services::photos::{PhotoError, Saved},
};

/// Takes one to nine photos: files, or what the platform calls a file that a page of the JS-SDK uploaded to it. Who is not
/// signed in, and who is uploading already, is refused before the body is read.
pub(super) async fn upload(
    request: HttpRequest,
    CurrentFan(sign_in): CurrentFan,
    body: Payload,
    state: Data<PhotosState>,
) -> Result<HttpResponse, AppError> {
    match take(&request, sign_in, body, &state).await {
        Ok(outcomes) => answer::respond(&request, &state.views, &outcomes),
        // A form that was sent without a script: the page says what went wrong, or begins a login.
        Err(error) if answer::is_form(&request) => Ok(see_other(&answer::back(&[Err(error.kind())]))),
        Err(error) => Err(error),
    }
}

async fn take(
    request: &HttpRequest,
    sign_in: Option<SignIn>,
    body: Payload,
    state: &PhotosState,
) -> Result<Vec<Outcome>, AppError> {
    let fan = sign_in.ok_or(AppError::NotSignedIn)?.fan_id;
    let _turn = state.uploads.begin(fan).ok_or(AppError::PhotosBusy)?;
    let mut outcomes = Vec::new();
    if server_ids::is_json(request) {
        for id in server_ids::read(body).await? {
            let saved = state.from_platform.save(fan, &id).await.map_err(AppError::from);
            outcomes.push(outcome(saved)?);
        }
        return Ok(outcomes);
    }
    let mut space = state.pool.upload();
    for file in multipart::read(request, body, state.photos.max_bytes(), &mut space).await? {
        outcomes.push(match file {
            File::TooLarge => Err(ErrorKind::PhotoTooLarge),
            File::Bytes(bytes) => outcome(state.photos.save(fan, bytes).await.map_err(AppError::from))?,
        });
    }
    Ok(outcomes)
}

/// # Errors
/// [`AppError::Photo`]: the fan is gone, whatever was sent.
fn outcome(saved: Result<Saved, AppError>) -> Result<Outcome, AppError> {
    match saved {
        Ok(saved) => Ok(Ok(saved)),
        Err(error @ AppError::Photo(PhotoError::FanGone)) => Err(error),
        Err(error) => {
            let kind = error.kind();
            if kind.row().log == LogLevel::Error {
                tracing::error!(error = %ErrorChain(&error), "a request failed");
            }
            Ok(Err(kind))
        }
    }
}

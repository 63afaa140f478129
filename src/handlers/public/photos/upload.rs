//! `POST /api/photos`.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use tracing::Instrument;

use super::{
    PhotosState,
    answer::{self, Outcome},
    multipart::{self, File},
    server_ids,
};
use crate::{
    domain::{ErrorChain, FanId, SignIn},
    http::{
        error::{AppError, ErrorKind, LogLevel},
        extract::CurrentFan,
        responses::see_other,
    },
    services::{
        fan_turns::FanTurn,
        photos::{PhotoError, PlatformPhotoError, Saved, ServerId},
        picture_pool::UploadSpace,
    },
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
    state: &Data<PhotosState>,
) -> Result<Vec<Outcome>, AppError> {
    let fan = sign_in.ok_or(AppError::NotSignedIn)?.fan_id;
    let turn = state.uploads.begin(fan).ok_or(AppError::PhotosBusy)?;
    let saving = Saving {
        fan,
        state: state.clone(),
        _turn: turn,
    };
    if server_ids::is_json(request) {
        let ids = server_ids::read(body).await?;
        return to_the_end(saving.server_ids(ids)).await;
    }
    let mut space = state.pool.upload();
    let files = multipart::read(request, body, state.photos.max_bytes(), &mut space).await?;
    to_the_end(saving.files(files, space)).await
}

/// What was received is saved also if the fan's connection breaks meanwhile: until then nothing else of this fan is taken.
async fn to_the_end(
    saving: impl Future<Output = Result<Vec<Outcome>, AppError>> + 'static,
) -> Result<Vec<Outcome>, AppError> {
    let saving = tokio::task::spawn_local(saving.in_current_span());
    saving.await.unwrap_or(Err(AppError::Panicked))
}

/// The saving of one upload.
struct Saving {
    fan: FanId,
    state: Data<PhotosState>,
    _turn: FanTurn,
}

impl Saving {
    async fn server_ids(self, ids: Vec<ServerId>) -> Result<Vec<Outcome>, AppError> {
        let mut outcomes: Vec<Outcome> = Vec::new();
        let mut platform_failed = None;
        for id in ids {
            if let Some(kind) = platform_failed {
                // It would fail for the others, too, and each may take long.
                outcomes.push(Err(kind));
                continue;
            }
            let saved = self.state.from_platform.save(self.fan, &id).await;
            let failed = matches!(saved, Err(PlatformPhotoError::Platform(_)));
            let outcome = outcome(saved.map_err(AppError::from))?;
            platform_failed = outcome.as_ref().err().copied().filter(|_| failed);
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    async fn files(self, files: Vec<File>, _held: UploadSpace) -> Result<Vec<Outcome>, AppError> {
        let mut outcomes = Vec::new();
        for file in files {
            outcomes.push(match file {
                File::TooLarge => Err(ErrorKind::PhotoTooLarge),
                File::Bytes(bytes) => outcome(self.state.photos.save(self.fan, bytes).await.map_err(AppError::from))?,
            });
        }
        Ok(outcomes)
    }
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

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

use super::{PhotosState, show::linked};
use crate::http::error::AppError;

/// `GET /p/{signed}`: a photo for an app, as long as the link is good and the photo is there.
pub(super) async fn photo(signed: Path<String>, state: Data<PhotosState>) -> Result<HttpResponse, AppError> {
    let shown = state.links.open(&signed).ok_or(AppError::LinkExpired)?;
    let bytes = state.photos.read(shown.fan, shown.photo, shown.size).await?;
    Ok(linked(bytes.ok_or(AppError::NotFound)?))
}

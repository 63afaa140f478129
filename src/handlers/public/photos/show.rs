//! One photo: seen and removed by its fan.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, EntityTag, Header, IfNoneMatch},
    web::{Bytes, Data, Path, Query},
};
use serde::Deserialize;

use super::PhotosState;
use crate::{
    domain::{PhotoId, PhotoSize},
    http::{error::AppError, extract::CurrentFan},
};

/// What every photo is, whatever was sent in.
const JPEG: &str = "image/jpeg";

#[derive(Deserialize)]
pub(super) struct Asked {
    size: Option<String>,
}

/// `GET /photos/{id}?size=thumb`. Somebody else's photo is not found, as one that never was.
pub(super) async fn photo(
    request: HttpRequest,
    CurrentFan(sign_in): CurrentFan,
    id: Path<String>,
    asked: Query<Asked>,
    state: Data<PhotosState>,
) -> Result<HttpResponse, AppError> {
    let fan = sign_in.ok_or(AppError::NotSignedIn)?.fan_id;
    let size = size(asked.size.as_deref())?;
    let id = PhotoId::parse(&id).map_err(|_| AppError::NotFound)?;
    let tag = EntityTag::new_strong(format!("{id}-{}-jpeg", size.as_str()));
    if has(&request, &tag) && state.photos.find(fan, id).await?.is_some() {
        let mut unchanged = HttpResponse::NotModified();
        return Ok(private(&mut unchanged, tag).finish());
    }
    let bytes = state.photos.read(fan, id, size).await?.ok_or(AppError::NotFound)?;
    Ok(private(&mut HttpResponse::Ok(), tag).content_type(JPEG).body(bytes))
}

/// `DELETE /api/photos/{id}`.
pub(super) async fn remove(
    CurrentFan(sign_in): CurrentFan,
    id: Path<String>,
    state: Data<PhotosState>,
) -> Result<HttpResponse, AppError> {
    let fan = sign_in.ok_or(AppError::NotSignedIn)?.fan_id;
    let id = PhotoId::parse(&id).map_err(|_| AppError::NotFound)?;
    match state.photos.remove(fan, id).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(AppError::NotFound),
    }
}

/// A photo for somebody who has a link.
pub(super) fn linked(bytes: Bytes) -> HttpResponse {
    HttpResponse::Ok().content_type(JPEG).body(bytes)
}

fn size(word: Option<&str>) -> Result<PhotoSize, AppError> {
    match word {
        None => Ok(PhotoSize::Large),
        Some(word) => {
            let size = PhotoSize::ALL.into_iter().find(|size| size.as_str() == word);
            size.ok_or(AppError::BadRequest)
        }
    }
}

/// The browser keeps it for its fan alone, and asks each time: after a logout or a removal it is not shown any more.
fn private(response: &mut actix_web::HttpResponseBuilder, tag: EntityTag) -> &mut actix_web::HttpResponseBuilder {
    response
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Accept, Cookie"))
        .insert_header(header::ETag(tag))
}

fn has(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Ok(IfNoneMatch::Any) | Err(_) => false,
    }
}

//! A fan's photos, for apps with the right `photos`.

use actix_web::{
    HttpResponse,
    web::{self, Data, Path},
};
use serde::Serialize;
use url::Url;

use crate::{
    domain::{ApiRight, FanId, Photo, PhotoSize, Timestamp, routes},
    http::{error::AppError, extract::Authenticated},
    services::{
        apps::fan_directory::FanDirectory,
        photos::{LinkedPhoto, PhotoLinks, Photos},
    },
};

/// Photos that are looked up at once.
const BATCH: u16 = 500;

/// What the room works with.
pub struct FanPhotosState {
    /// Looks fans up.
    pub directory: FanDirectory,
    /// The photos. None if `photos.enabled` is false.
    pub photos: Option<Photos>,
    /// Makes the links.
    pub links: PhotoLinks,
    /// `server.public_url`, where the links lead.
    pub public_url: Url,
}

#[derive(Serialize)]
struct Listed {
    photos: Vec<ListedPhoto>,
}

#[derive(Serialize)]
struct ListedPhoto {
    id: String,
    width: u32,
    height: u32,
    created_at: String,
    url: String,
    thumb_url: String,
    expires_at: String,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: FanPhotosState) {
    config
        .app_data(Data::new(state))
        .service(web::resource(routes::INTERNAL_FAN_PHOTOS).get(photos));
}

/// `GET /internal/fans/{id}/photos`: all of them, the newest first, with links that need no session.
async fn photos(
    caller: Authenticated,
    id: Path<String>,
    state: Data<FanPhotosState>,
) -> Result<HttpResponse, AppError> {
    let caller = caller.with(&ApiRight::Photos)?;
    let photos = state.photos.as_ref().ok_or(AppError::NotFound)?;
    let found = state.directory.find(caller.name.app(), &id).await?;
    let fan = found.ok_or(AppError::FanUnknown)?.fan.id;
    let until = state.links.end();
    let mut listed = Vec::new();
    loop {
        let before = listed.last().map(|photo: &Photo| photo.id);
        let batch = photos.list(fan, before, BATCH).await?;
        let is_last = batch.len() < usize::from(BATCH);
        listed.extend(batch);
        if is_last {
            break;
        }
    }
    let photos = listed.iter().map(|photo| state.shape(fan, photo, until));
    let photos = photos.collect::<Result<_, _>>()?;
    Ok(HttpResponse::Ok().json(Listed { photos }))
}

impl FanPhotosState {
    fn shape(&self, fan: FanId, photo: &Photo, until: Timestamp) -> Result<ListedPhoto, AppError> {
        let url = |size| {
            let photo = photo.id;
            let signed = self.links.make(LinkedPhoto { fan, photo, size }, until)?;
            let mut url = self.public_url.clone();
            url.set_path(&routes::PHOTO_LINK.replace("{signed}", &signed));
            Ok::<String, AppError>(url.into())
        };
        Ok(ListedPhoto {
            id: photo.id.to_string(),
            width: photo.width,
            height: photo.height,
            created_at: photo.created_at.to_rfc3339(),
            url: url(PhotoSize::Large)?,
            thumb_url: url(PhotoSize::Thumb)?,
            expires_at: until.to_rfc3339(),
        })
    }
}

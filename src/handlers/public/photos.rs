//! A fan's photos: the page, what its script calls, and links for apps.

mod answer;
mod link;
mod multipart;
mod page;
mod server_ids;
mod show;
mod upload;

use std::sync::Arc;

use actix_web::web::{self, Data};

use super::login::LoginEntry;
use crate::{
    domain::{TimeZone, routes},
    handlers::methods::get_or_head,
    services::{
        fan_turns::FanTurns,
        fans::Fans,
        photos::{PhotoLinks, Photos, PlatformPhotos},
        picture_pool::PicturePool,
    },
    telemetry::events::AccountEvents,
    views::Views,
};

/// Files of one upload at most.
pub const MAX_FILES: usize = 9;

/// Bytes of an upload besides its files: the headers of its parts.
const PART_HEADERS: u64 = 16 * 1024;

/// The most bytes of an upload whose files have `max_bytes` each.
pub fn max_upload_bytes(max_bytes: usize) -> u64 {
    let files = u64::try_from(max_bytes.saturating_mul(MAX_FILES)).unwrap_or(u64::MAX);
    files.saturating_add(PART_HEADERS)
}

/// What the room works with.
pub struct PhotosState {
    /// The photos.
    pub photos: Photos,
    /// Photos that a page of the JS-SDK uploaded to the platform.
    pub from_platform: PlatformPhotos,
    /// Holds the memory of uploads that are being read.
    pub pool: PicturePool,
    /// Which fans upload in this process.
    pub uploads: FanTurns,
    /// Reads the links of apps.
    pub links: PhotoLinks,
    /// Looks fans up.
    pub fans: Fans,
    /// Renders the page.
    pub views: Arc<Views>,
    /// Begins the login of a visitor who is not signed in.
    pub login: LoginEntry,
    /// Counts sessions that end.
    pub events: AccountEvents,
    /// Whether the page offers WeChat's album, through the JS-SDK.
    pub has_album: bool,
    /// Whether an app of the account has the right to see photos.
    pub apps_see: bool,
    /// Where a photo's day begins.
    pub time_zone: TimeZone,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: PhotosState) {
    config
        .app_data(Data::new(state))
        .service(web::resource(routes::PHOTOS).route(get_or_head().to(page::page)))
        .service(web::resource(routes::PHOTO).route(get_or_head().to(show::photo)))
        .service(web::resource(routes::API_PHOTOS).route(web::post().to(upload::upload)))
        .service(web::resource(routes::API_PHOTO).route(web::delete().to(show::remove)))
        .service(web::resource(routes::PHOTO_LINK).route(get_or_head().to(link::photo)));
}

use serde::Serialize;

use crate::{
    domain::{PhotoId, routes},
    texts::text_id,
    views::{Failure, Page, error::texts_of, links},
};

/// A photo on the page.
#[derive(Debug, Clone)]
pub struct ShownPhoto {
    /// The photo.
    pub id: PhotoId,
    /// The day on which it was saved, as in `2026-11-28`.
    pub day: String,
    /// Pixels of the large size.
    pub width: u32,
    /// Pixels of the large size.
    pub height: u32,
}

/// What a form without a script led to.
#[derive(Debug, Clone, Copy, Default)]
pub struct PhotosNotice {
    /// So many files were saved.
    pub saved: u8,
    /// Why the first of the others was refused.
    pub problem: Option<Failure>,
}

/// The page of a fan's photos.
#[derive(Debug, Serialize)]
pub struct PhotosPage<'a> {
    photos: Vec<Tile<'a>>,
    /// Files that a form without a script sent.
    saved: u8,
    /// The ids of the texts of a problem.
    problem_title: Option<&'static str>,
    problem_message: Option<&'static str>,
    count: u32,
    limit: u32,
    /// Bytes of a file at most, and in megabytes.
    max_bytes: usize,
    max_megabytes: usize,
    /// Whether apps of the account see the photos, too.
    apps_see: bool,
    upload_href: &'static str,
    /// The script of the JS-SDK, if the page offers WeChat's album.
    page_script_href: Option<&'static str>,
    photos_href: &'static str,
    home_href: &'static str,
    newest_href: Option<&'static str>,
    older_href: Option<String>,
}

#[derive(Debug, Serialize)]
struct Tile<'a> {
    id: String,
    href: String,
    thumb: String,
    day: &'a str,
    width: u32,
    height: u32,
}

impl<'a> PhotosPage<'a> {
    /// The page with these photos.
    pub fn new(photos: &'a [ShownPhoto], notice: PhotosNotice) -> Self {
        let tiles = photos.iter().map(|photo| Tile {
            id: photo.id.to_string(),
            href: links::photo(photo.id),
            thumb: links::thumb(photo.id),
            day: &photo.day,
            width: photo.width,
            height: photo.height,
        });
        let texts = notice.problem.map(|failure| match failure {
            // Of a form that can only be too many files.
            Failure::BadRequest => (text_id("photos-files-title"), text_id("photos-files")),
            failure => texts_of(failure),
        });
        Self {
            photos: tiles.collect(),
            saved: notice.saved,
            problem_title: texts.map(|(title, _)| title),
            problem_message: texts.map(|(_, message)| message),
            count: 0,
            limit: 0,
            max_bytes: 0,
            max_megabytes: 0,
            apps_see: false,
            upload_href: routes::API_PHOTOS,
            page_script_href: None,
            photos_href: routes::PHOTOS,
            home_href: routes::INDEX,
            newest_href: None,
            older_href: None,
        }
    }

    /// `has_newer`: whether newer photos are on another page. `older`: the last photo, if older ones follow it.
    #[must_use]
    pub fn with_pages(self, has_newer: bool, older: Option<PhotoId>) -> Self {
        Self {
            newest_href: has_newer.then_some(routes::PHOTOS),
            older_href: older.map(links::photos_before),
            ..self
        }
    }

    /// Whether the page offers WeChat's album, through the JS-SDK.
    #[must_use]
    pub fn with_album(self, has_album: bool) -> Self {
        Self {
            page_script_href: has_album.then_some(routes::PAGE_SCRIPT),
            ..self
        }
    }

    /// How many photos the fan has of how many, and the bytes of a file at most.
    #[must_use]
    pub fn with_limit(self, count: u32, limit: u32, max_bytes: usize) -> Self {
        Self {
            count,
            limit,
            max_bytes,
            max_megabytes: max_bytes / (1 << 20),
            ..self
        }
    }

    /// Says that apps of the account see the photos, too.
    #[must_use]
    pub fn seen_by_apps(self, apps_see: bool) -> Self {
        Self { apps_see, ..self }
    }
}

impl Page for PhotosPage<'_> {
    const TEMPLATE: &'static str = "public/photos/photos.html";
}

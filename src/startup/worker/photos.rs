//! What the photos of a thread are built of.

use std::sync::Arc;

use super::Worker;
use crate::{
    domain::ApiRight,
    handlers::public::{login::LoginEntry, photos::PhotosState},
    services::photos::PlatformPhotos,
};

impl Worker<'_> {
    /// None if `photos.enabled` is false.
    pub(super) fn photos_state(&self, entry: &LoginEntry) -> Option<PhotosState> {
        let account = self.account;
        let photos = account.photos()?;
        Some(PhotosState {
            from_platform: PlatformPhotos {
                photos: photos.clone(),
                platform: self.platform.clone(),
                tokens: self.account_tokens(),
                pool: account.infrastructure.picture_pool.clone(),
                limit: account.server_id_limit.clone(),
            },
            photos,
            pool: account.infrastructure.picture_pool.clone(),
            uploads: account.uploads.clone(),
            links: account.photo_links(),
            apps_see: account
                .settings()
                .apps
                .iter()
                .any(|app| app.api.contains(&ApiRight::Photos)),
            fans: account.fans(),
            views: Arc::clone(&account.views),
            login: entry.clone(),
            events: account.events.clone(),
            has_album: account.settings().jssdk.enabled,
            time_zone: account.settings().site.time_zone.clone(),
        })
    }
}

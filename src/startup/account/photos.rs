//! What the account's photos are built of.

use super::Account;
use crate::{
    repositories::PhotosRepository,
    services::{
        photos::{PhotoLinks, PhotoRemoval, Photos, PhotosParts, UnnamedObjects},
        sealing::KeyUse,
    },
    storage::Objects,
};

impl Account {
    /// The account's part of the object storage.
    pub(in crate::startup) fn objects(&self) -> Objects {
        self.infrastructure.storage.of_account(self.app_id())
    }

    /// Makes and reads the links by which apps show photos.
    pub(in crate::startup) fn photo_links(&self) -> PhotoLinks {
        PhotoLinks {
            sealer: self.sealer(KeyUse::PhotoLink),
            clock: self.infrastructure.clock.clone(),
        }
    }

    fn photo_rows(&self) -> PhotosRepository {
        PhotosRepository::new(self.infrastructure.database.clone(), self.app_id().clone())
    }

    /// The fans' photos. None where `photos.enabled` is false.
    pub(in crate::startup) fn photos(&self) -> Option<Photos> {
        let settings = &self.settings.photos;
        let parts = || PhotosParts {
            photos: self.photo_rows(),
            fans: self.repository.clone(),
            jobs: self.jobs.clone(),
            objects: self.objects(),
            pool: self.infrastructure.picture_pool.clone(),
            unnamed: UnnamedObjects {
                photos: self.photo_rows(),
                jobs: self.jobs.clone(),
                objects: self.objects(),
            },
            max_pixels: settings.max_pixels,
            max_bytes: settings.max_bytes,
            per_fan: settings.per_fan,
            metrics: self.metrics.photos.clone(),
            clock: self.infrastructure.clock.clone(),
            random: self.infrastructure.random.clone(),
        };
        settings.enabled.then(|| Photos::new(parts()))
    }

    /// Also where photos are not enabled any more: what was removed goes.
    pub(in crate::startup) fn photo_removal(&self) -> PhotoRemoval {
        PhotoRemoval {
            photos: self.background_photo_rows(),
            objects: self.objects(),
        }
    }

    pub(in crate::startup) fn unnamed_objects(&self) -> UnnamedObjects {
        UnnamedObjects {
            photos: self.background_photo_rows(),
            jobs: self.jobs.clone(),
            objects: self.objects(),
        }
    }

    fn background_photo_rows(&self) -> PhotosRepository {
        PhotosRepository::new(self.infrastructure.background.clone(), self.app_id().clone())
    }
}

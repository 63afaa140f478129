//! What the account's photos and avatars are built of.

use super::Account;
use crate::{
    clients::{
        apps::{AppsClient, Resolver},
        avatars::AvatarClient,
    },
    domain::AppId,
    repositories::{AccountSecretsRepository, Database, FansRepository, PhotosRepository},
    services::{
        avatars::{AvatarCopies, Avatars, AvatarsParts},
        photos::{PhotoLinks, PhotoRemoval, Photos, PhotosParts, UnnamedObjects},
        sealing::KeyUse,
    },
    startup::infrastructure::Infrastructure,
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

    pub(super) fn photo_rows(&self) -> PhotosRepository {
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
                fans: self.repository.clone(),
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

    /// The same over these connections.
    pub(super) fn photo_removal_of(&self, database: &Database) -> PhotoRemoval {
        PhotoRemoval {
            photos: PhotosRepository::new(database.clone(), self.app_id().clone()),
            objects: self.objects(),
        }
    }

    pub(in crate::startup) fn unnamed_objects(&self) -> UnnamedObjects {
        UnnamedObjects {
            photos: self.background_photo_rows(),
            fans: self.background_fan_rows(),
            jobs: self.jobs.clone(),
            objects: self.objects(),
        }
    }

    fn background_photo_rows(&self) -> PhotosRepository {
        PhotosRepository::new(self.infrastructure.background.clone(), self.app_id().clone())
    }

    fn background_fan_rows(&self) -> FansRepository {
        FansRepository::new(self.infrastructure.background.clone(), self.app_id().clone())
    }

    /// The fans' avatars, for those who look at them.
    pub(in crate::startup) fn avatars(&self) -> Avatars {
        self.avatars.clone()
    }

    /// Copies avatars, on the thread that calls this.
    pub(in crate::startup) fn avatar_copies(&self) -> AvatarCopies {
        let Infrastructure {
            tls,
            own_listeners,
            random,
            picture_pool,
            ..
        } = self.infrastructure.clone();
        let wechat = &self.settings.wechat;
        let client = AppsClient::new(&tls, own_listeners, Resolver::default());
        AvatarCopies {
            fans: self.background_fan_rows(),
            jobs: self.jobs.clone(),
            objects: self.objects(),
            unnamed: self.unnamed_objects(),
            pool: picture_pool,
            client: AvatarClient::new(client, &wechat.api_url, &wechat.open_url),
            random,
        }
    }
}

/// The avatars of an account.
pub(super) fn avatars(infrastructure: &Infrastructure, app_id: &AppId) -> Avatars {
    Avatars::new(AvatarsParts {
        fans: FansRepository::new(infrastructure.database.clone(), app_id.clone()),
        secrets: AccountSecretsRepository::new(app_id.clone()),
        objects: infrastructure.storage.of_account(app_id),
        clock: infrastructure.clock.clone(),
        random: infrastructure.random.clone(),
    })
}

//! A fan's photos: saved once, seen by the fan alone, and removed with their bytes.
//!
//! An upload is decoded and encoded anew; its own bytes are never written anywhere. Before the objects are put, a job is
//! written that removes them unless a row names them. Then the row is written. So a row without objects never exists, and
//! objects without a row are gone after an hour.

mod error;
mod from_platform;
mod links;
mod removal;
mod save;
mod unnamed;

use std::sync::Arc;

use bytes::Bytes;

pub use self::{
    error::PhotoError,
    from_platform::{PlatformPhotoError, PlatformPhotos, ServerId, ServerIdLimit},
    links::{LinkedPhoto, PhotoLinks},
    removal::PhotoRemoval,
    save::Saved,
    unnamed::{UnnamedObjects, Upload, removal_job},
};
use super::{jobs::Jobs, picture_pool::PicturePool};
use crate::{
    domain::{Clock, FanId, JobKind, ObjectKey, Photo, PhotoId, PhotoSize, Random},
    repositories::{FansRepository, PhotosRepository, Transaction},
    storage::Objects,
    telemetry::photos::PhotoMetrics,
};

/// The photos of one account's fans. Clones share them.
#[derive(Clone)]
pub struct Photos(Arc<PhotosParts>);

/// What [`Photos`] are made of.
pub struct PhotosParts {
    /// The rows.
    pub photos: PhotosRepository,
    /// The fans' own rows.
    pub fans: FansRepository,
    /// The jobs.
    pub jobs: Jobs,
    /// The bytes.
    pub objects: Objects,
    /// Where pictures are decoded.
    pub pool: PicturePool,
    /// Removes what was not completed.
    pub unnamed: UnnamedObjects,
    /// Pixels of one picture at most.
    pub max_pixels: u64,
    /// Bytes of one upload at most.
    pub max_bytes: usize,
    /// Photos of one fan at most.
    pub per_fan: u32,
    /// How uploads end.
    pub metrics: PhotoMetrics,
    /// Dates the photos.
    pub clock: Clock,
    /// For their ids.
    pub random: Random,
}

impl Photos {
    /// The photos of one account.
    pub fn new(parts: PhotosParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Bytes of one upload at most.
    pub fn max_bytes(&self) -> usize {
        self.0.max_bytes
    }

    /// Photos of one fan at most.
    pub fn per_fan(&self) -> u32 {
        self.0.per_fan
    }

    /// At most `limit` photos of a fan, the newest first, beginning after the one with the id `before`.
    ///
    /// # Errors
    /// [`PhotoError::Database`].
    pub async fn list(&self, fan: FanId, before: Option<PhotoId>, limit: u16) -> Result<Vec<Photo>, PhotoError> {
        Ok(self.0.photos.list(fan, before, limit).await?)
    }

    /// How many photos a fan has.
    ///
    /// # Errors
    /// [`PhotoError::Database`].
    pub async fn count(&self, fan: FanId) -> Result<u32, PhotoError> {
        Ok(self.0.photos.count(fan).await?)
    }

    /// The fan's photo with this id. None: there is none, or it is somebody else's.
    ///
    /// # Errors
    /// [`PhotoError::Database`].
    pub async fn find(&self, fan: FanId, id: PhotoId) -> Result<Option<Photo>, PhotoError> {
        Ok(self.0.photos.find(fan, id).await?)
    }

    /// The JPEG file of a fan's photo in a size. None: there is none, or it is somebody else's.
    ///
    /// # Errors
    /// [`PhotoError::Storage`], [`PhotoError::NoObject`], [`PhotoError::Database`].
    pub async fn read(&self, fan: FanId, id: PhotoId, size: PhotoSize) -> Result<Option<Bytes>, PhotoError> {
        if self.0.photos.find(fan, id).await?.is_none() {
            return Ok(None);
        }
        if let Some(bytes) = self.0.objects.get(&ObjectKey::photo(id, size)).await? {
            return Ok(Some(bytes));
        }
        // It may have been removed meanwhile.
        if self.0.photos.find(fan, id).await?.is_none() {
            return Ok(None);
        }
        tracing::error!(photo.id = %id, "a photo's object is missing in the storage");
        Err(PhotoError::NoObject)
    }

    /// Removes a fan's photo: nobody sees it when this returns, and its objects go within seconds. Returns whether there was
    /// one.
    ///
    /// # Errors
    /// [`PhotoError::Database`]; it may be removed all the same.
    pub async fn remove(&self, fan: FanId, id: PhotoId) -> Result<bool, PhotoError> {
        let (photos, jobs, now) = (self.0.photos.clone(), self.0.jobs.clone(), self.0.clock.now());
        let work = move |tx: &mut Transaction<'_>| {
            if !photos.mark_removed(tx, fan, id, now)? {
                return Ok(None);
            }
            let job = jobs.once(JobKind::RemovePhotos, None, String::new());
            jobs.repository().add(tx, &job).map(Some)
        };
        let added = self.0.photos.database().transaction(work).await?;
        if let Some(added) = added {
            self.0.jobs.note_added(added);
        }
        Ok(added.is_some())
    }
}

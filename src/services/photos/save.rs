//! Saving an upload.

use bytes::Bytes;
use fanpass_pictures::{Cleaned, Inspected, Limits, Refusal};
use futures_util::future::try_join_all;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use super::{PhotoError, Photos, PhotosParts, Upload};
use crate::{
    domain::{FanId, JobId, ObjectKey, Photo, PhotoId, PhotoSize},
    repositories::{RepositoryError, Transaction},
    telemetry::photos::PhotoOutcome,
};

/// What decoding one picture may take, in bytes.
const MAX_DECODED_BYTES: u64 = 256 << 20;

/// A saved photo.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The photo.
    pub photo: Photo,
    /// False if the fan had uploaded the same file before.
    pub is_new: bool,
    /// What the file said beside its pixels, which is not kept: `location`, `camera`, …
    pub removed: Vec<&'static str>,
}

/// How the transaction ended that writes the row.
enum Written {
    Row,
    /// The same file was uploaded at the same time.
    Known(Photo),
    LimitReached,
    FanGone,
    TooLate,
}

impl Photos {
    /// Saves an upload of a fan: when this returns, its bytes and its row are there. The same file twice is one photo.
    ///
    /// # Errors
    /// [`PhotoError`]; it may be saved all the same after [`PhotoError::Database`].
    pub async fn save(&self, fan: FanId, upload: Bytes) -> Result<Saved, PhotoError> {
        let saved = self.save_uncounted(fan, upload).await;
        self.0.metrics.ended(match &saved {
            Ok(Saved { is_new: true, .. }) => PhotoOutcome::Saved,
            Ok(_) => PhotoOutcome::Known,
            Err(error) => error.outcome(),
        });
        saved
    }

    async fn save_uncounted(&self, fan: FanId, upload: Bytes) -> Result<Saved, PhotoError> {
        let parts = &self.0;
        let max = parts.max_bytes;
        if upload.len() > max {
            return Err(PhotoError::TooManyBytes { max });
        }
        let (sha256, inspected) = self.look_at(upload.clone()).await?;
        if let Some(known) = parts.photos.find_upload(fan, &sha256).await? {
            return Ok(Saved::known(known));
        }
        let inspected = inspected?;
        // Counted for good in the transaction: this spares the work.
        self.want_room(fan).await?;
        let cleaned = self.clean(upload, inspected).await?;
        let photo = parts.new_photo(fan, &cleaned)?;
        let removed = cleaned.removed.iter().map(|removed| removed.as_str()).collect();
        let job = parts.unnamed.expect(Upload::Photo(photo.id)).await?;
        self.put(photo.id, cleaned).await?;
        let id = photo.id;
        let saved = match self.write(photo.clone(), sha256, job).await? {
            Written::Row => {
                return Ok(Saved {
                    photo,
                    is_new: true,
                    removed,
                });
            }
            Written::Known(known) => Ok(Saved::known(known)),
            Written::LimitReached => Err(PhotoError::LimitReached { max: parts.per_fan }),
            Written::FanGone => Err(PhotoError::FanGone),
            Written::TooLate => Err(PhotoError::TooLate),
        };
        parts.unnamed.remove_now(Upload::Photo(id)).await;
        saved
    }

    /// Whether the fan may have another photo.
    ///
    /// # Errors
    /// [`PhotoError::LimitReached`], [`PhotoError::Database`].
    pub(super) async fn want_room(&self, fan: FanId) -> Result<(), PhotoError> {
        let max = self.0.per_fan;
        match self.0.photos.count(fan).await? {
            count if count < max => Ok(()),
            _ => Err(PhotoError::LimitReached { max }),
        }
    }

    /// The hash of an upload, and what its header says.
    async fn look_at(&self, upload: Bytes) -> Result<(String, Result<Inspected, Refusal>), PhotoError> {
        let limits = self.0.limits();
        let look = move || {
            let sha256 = hex::encode(Sha256::digest(&upload));
            (sha256, fanpass_pictures::inspect(&upload, &limits))
        };
        spawn_blocking(look).await.map_err(|_| PhotoError::Broken)
    }

    /// Decodes an upload, and encodes it anew in each size.
    async fn clean(&self, upload: Bytes, inspected: Inspected) -> Result<Cleaned, PhotoError> {
        let limits = self.0.limits();
        let sizes = PhotoSize::ALL.map(PhotoSize::long_side);
        let work = move || fanpass_pictures::clean(&upload, &limits, &sizes);
        Ok(self.0.pool.run(inspected.memory_bytes, work).await??)
    }

    async fn put(&self, id: PhotoId, cleaned: Cleaned) -> Result<(), PhotoError> {
        let pictures = PhotoSize::ALL.into_iter().zip(cleaned.pictures);
        let puts = pictures.map(async |(size, picture)| {
            let key = ObjectKey::photo(id, size);
            self.0.objects.put(&key, picture.jpeg.into()).await
        });
        if let Err(error) = try_join_all(puts).await {
            self.0.unnamed.remove_now(Upload::Photo(id)).await;
            return Err(error.into());
        }
        Ok(())
    }

    /// Writes the row of a photo whose objects are there, and withdraws the job that would remove them. Nothing is changed
    /// unless the row is written.
    async fn write(&self, photo: Photo, sha256: String, job: JobId) -> Result<Written, PhotoError> {
        let parts = std::sync::Arc::clone(&self.0);
        let work = move |tx: &mut Transaction<'_>| -> Result<Written, RepositoryError> {
            // Uploads of one fan come one after the other, and an erasure before or after.
            if !parts.fans.lock(tx, photo.fan)? {
                return Ok(Written::FanGone);
            }
            if let Some(known) = parts.photos.find_upload_in(tx, photo.fan, &sha256)? {
                return Ok(Written::Known(known));
            }
            if parts.photos.count_in(tx, photo.fan)? >= parts.per_fan {
                return Ok(Written::LimitReached);
            }
            if !parts.jobs.repository().withdraw(tx, job)? {
                return Ok(Written::TooLate);
            }
            if !parts.photos.add(tx, &photo, &sha256)? {
                return Err(RepositoryError::Other(
                    "a photo's row is there before its upload ended".into(),
                ));
            }
            Ok(Written::Row)
        };
        Ok(self.0.photos.database().transaction(work).await?)
    }
}

impl PhotosParts {
    const fn limits(&self) -> Limits {
        Limits {
            max_pixels: self.max_pixels,
            max_decoded_bytes: MAX_DECODED_BYTES,
        }
    }

    fn new_photo(&self, fan: FanId, cleaned: &Cleaned) -> Result<Photo, PhotoError> {
        let large = cleaned.pictures.first().ok_or(PhotoError::Broken)?;
        let bytes = cleaned.pictures.iter().map(|picture| picture.jpeg.len()).sum::<usize>();
        Ok(Photo {
            id: PhotoId::generate(&self.clock, &self.random),
            fan,
            width: large.width,
            height: large.height,
            bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
            created_at: self.clock.now(),
        })
    }
}

impl Saved {
    fn known(photo: Photo) -> Self {
        Self {
            photo,
            is_new: false,
            removed: Vec::new(),
        }
    }
}

use std::time::Duration;

use bytes::Bytes;
use fanpass_pictures::Limits;
use url::Url;

use crate::{
    clients::avatars::AvatarClient,
    domain::{AvatarId, Deadline, FanId, Job, JobId, ObjectKey, Random},
    repositories::{FansRepository, RepositoryError, StoredAvatar, Transaction},
    services::{
        jobs::{Finished, JobFailure, Jobs},
        photos::{UnnamedObjects, Upload},
        picture_pool::{PicturePool, PoolError},
    },
    storage::Objects,
};

/// How long the platform's server may take, to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(10);
/// After this many attempts, about an hour, the fan has no avatar until the profile is fetched again.
const MAX_ATTEMPTS: u32 = 10;
/// The platform's own pictures have 640 pixels a side.
const LIMITS: Limits = Limits {
    max_pixels: 16_000_000,
    max_decoded_bytes: 128 << 20,
};

/// Copies the avatars of one account, on one thread.
pub struct AvatarCopies {
    /// The rows, which name the copies.
    pub fans: FansRepository,
    /// The jobs.
    pub jobs: Jobs,
    /// The copies.
    pub objects: Objects,
    /// Removes what was not completed.
    pub unnamed: UnnamedObjects,
    /// Where pictures are decoded.
    pub pool: PicturePool,
    /// Fetches from the platform alone.
    pub client: AvatarClient,
    /// For the ids.
    pub random: Random,
}

/// Why an avatar was not copied.
struct CopyFailure {
    /// Whether another attempt may succeed.
    is_temporary: bool,
    reason: String,
}

impl CopyFailure {
    fn refused(reason: impl ToString) -> Self {
        Self {
            is_temporary: false,
            reason: reason.to_string(),
        }
    }
}

impl AvatarCopies {
    /// Does the job: what the fan's row names shows what the URL in it shows, or nothing. A fan who is gone needs nothing.
    ///
    /// # Errors
    /// [`JobFailure`]: it is tried again later.
    pub async fn run(&self, job: &Job) -> Result<Finished, JobFailure> {
        let fan = job.subject.as_deref().and_then(|subject| FanId::parse(subject).ok());
        let fan = fan.ok_or_else(|| JobFailure::new("the job names no fan"))?;
        let Some(row) = self.fans.find(fan).await? else {
            return Ok(Finished::Done);
        };
        let stored = StoredAvatar {
            url: row.profile.avatar_url,
            copy: row.avatar,
        };
        if stored.url.is_empty() {
            self.write(fan, stored, None).await?;
            return Ok(Finished::Done);
        }
        match self.picture(&stored.url).await {
            Ok(jpeg) => self.keep(fan, stored, jpeg).await?,
            Err(failure) if failure.is_temporary && job.attempt < MAX_ATTEMPTS => {
                return Err(JobFailure::new(failure.reason));
            }
            Err(failure) => {
                tracing::info!(fan.id = %fan, reason = failure.reason, "an avatar was not copied");
                // The copy of the one before shows what the fan does not want to show any more.
                self.write(fan, stored, None).await?;
            }
        }
        Ok(Finished::Done)
    }

    /// The platform's picture, encoded anew.
    async fn picture(&self, url: &str) -> Result<Bytes, CopyFailure> {
        let url = Url::parse(url).map_err(CopyFailure::refused)?;
        let fetched = self.client.fetch(&url, Deadline::after(FETCH_TIMEOUT)).await;
        let fetched = fetched.map_err(|error| CopyFailure {
            is_temporary: error.is_temporary(),
            reason: error.to_string(),
        })?;
        let inspected = fanpass_pictures::inspect(&fetched, &LIMITS).map_err(CopyFailure::refused)?;
        let work = move || fanpass_pictures::clean(&fetched, &LIMITS, &[AvatarId::LONG_SIDE]);
        let cleaned = self.pool.run(inspected.memory_bytes, work).await;
        let cleaned = cleaned.map_err(|error| CopyFailure {
            is_temporary: error == PoolError::Full,
            reason: error.to_string(),
        })?;
        let pictures = cleaned.map_err(CopyFailure::refused)?.pictures;
        let picture = pictures.into_iter().next();
        let picture = picture.ok_or_else(|| CopyFailure::refused("no picture came out"))?;
        Ok(picture.jpeg.into())
    }

    /// Puts the copy, and then names it in the row. What the row does not name in the end is removed.
    async fn keep(&self, fan: FanId, stored: StoredAvatar, jpeg: Bytes) -> Result<(), JobFailure> {
        let copy = AvatarId::generate(&self.random);
        let expected = self.unnamed.expect(Upload::Avatar(copy)).await?;
        if let Err(error) = self.objects.put(&ObjectKey::avatar(copy), jpeg).await {
            self.unnamed.remove_now(Upload::Avatar(copy)).await;
            return Err(error.into());
        }
        if !self.write(fan, stored, Some((copy, expected))).await? {
            self.unnamed.remove_now(Upload::Avatar(copy)).await;
        }
        Ok(())
    }

    /// Names another copy in the row, or none, and has the one before removed. Returns whether it did: the row may have
    /// changed meanwhile, and then another job sees to it.
    async fn write(
        &self,
        fan: FanId,
        stored: StoredAvatar,
        copy: Option<(AvatarId, JobId)>,
    ) -> Result<bool, RepositoryError> {
        let (fans, jobs, unnamed) = (self.fans.clone(), self.jobs.clone(), self.unnamed.clone());
        let work = move |tx: &mut Transaction<'_>| {
            if let Some((_, expected)) = copy
                && !jobs.repository().withdraw(tx, expected)?
            {
                return Ok(None);
            }
            if !fans.replace_avatar(tx, fan, &stored, copy.map(|(copy, _)| copy))? {
                return Err(RepositoryError::Conflict(Changed.into()));
            }
            let removal = stored
                .copy
                .map(|old| unnamed.removal_in(tx, Upload::ReplacedAvatar(old)));
            Ok(Some(removal.transpose()?))
        };
        match self.fans.database().transaction(work).await {
            Ok(written) => {
                if let Some(Some(added)) = written {
                    self.jobs.note_added(added);
                }
                Ok(written.is_some())
            }
            Err(RepositoryError::Conflict(source)) if source.is::<Changed>() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Undoes the transaction.
#[derive(Debug, thiserror::Error)]
#[error("the avatar changed meanwhile")]
struct Changed;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{AvatarId, Job, JobId, JobKind, NewJob, ObjectKey, PhotoId, PhotoSize},
    repositories::{Added, FansRepository, PhotosRepository, RepositoryError, Transaction},
    services::jobs::{Finished, JobFailure, Jobs},
    storage::{Objects, StorageError},
};

/// An upload takes minutes at most.
const EXPECTED_SECONDS: i64 = 3600;

/// Objects that are put before a row names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upload {
    /// Of a photo with this id.
    Photo(PhotoId),
    /// The copy of an avatar.
    Avatar(AvatarId),
    /// A copy that its row names no more.
    ReplacedAvatar(AvatarId),
}

/// As in the job.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Payload {
    Photo(String),
    Avatar(String),
    ReplacedAvatar(String),
}

/// Removes objects that no row names: of an upload that was refused, or whose process died.
#[derive(Clone)]
pub struct UnnamedObjects {
    /// Rows that name objects.
    pub photos: PhotosRepository,
    /// Rows that name avatars.
    pub fans: FansRepository,
    /// The jobs.
    pub jobs: Jobs,
    /// The objects.
    pub objects: Objects,
}

impl UnnamedObjects {
    /// To be called before objects are put: a job removes them in an hour, unless it is withdrawn in the transaction that
    /// writes the row ([`JobsRepository::withdraw`](crate::repositories::JobsRepository::withdraw)).
    ///
    /// # Errors
    /// [`RepositoryError`]. Then nothing may be put.
    pub async fn expect(&self, upload: Upload) -> Result<JobId, RepositoryError> {
        let mut job = removal_job(&self.jobs, upload)?;
        job.run_at = job.now.plus_seconds(EXPECTED_SECONDS);
        let (id, repository) = (job.id, self.jobs.repository().clone());
        let work = move |tx: &mut Transaction<'_>| repository.add(tx, &job).map(|_added| ());
        self.photos.database().transaction(work).await?;
        Ok(id)
    }

    /// Has objects removed that the caller's transaction takes out of their row.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn removal_in(&self, tx: &mut Transaction<'_>, upload: Upload) -> Result<Added, RepositoryError> {
        self.jobs.repository().add(tx, &removal_job(&self.jobs, upload)?)
    }

    /// Removes objects that no row will ever name, as far as that succeeds. The job does the rest.
    pub async fn remove_now(&self, upload: Upload) {
        if let Err(error) = self.remove(upload).await {
            tracing::info!(storage.error = %error, "objects that nobody needs are removed later");
        }
    }

    /// Does the job.
    ///
    /// # Errors
    /// [`JobFailure`]: it is tried again later.
    pub async fn run(&self, job: &Job) -> Result<Finished, JobFailure> {
        let payload: Payload = serde_json::from_str(&job.payload).map_err(|_| unreadable())?;
        let upload = Upload::try_from(payload)?;
        let is_named = match upload {
            Upload::Photo(id) => self.photos.is_named(id).await?,
            Upload::Avatar(id) => self.fans.names_avatar(id).await?,
            Upload::ReplacedAvatar(_) => false,
        };
        if !is_named {
            self.remove(upload).await?;
        }
        Ok(Finished::Done)
    }

    async fn remove(&self, upload: Upload) -> Result<(), StorageError> {
        match upload {
            Upload::Photo(id) => remove_photo(&self.objects, id).await,
            Upload::Avatar(id) | Upload::ReplacedAvatar(id) => self.objects.remove(&ObjectKey::avatar(id)).await,
        }
    }
}

/// A job that removes objects unless a row names them. It has no subject: an erasure of the fan must not drop it.
///
/// # Errors
/// [`RepositoryError`].
pub fn removal_job(jobs: &Jobs, upload: Upload) -> Result<NewJob, RepositoryError> {
    let payload = serde_json::to_string(&Payload::from(upload));
    let payload = payload.map_err(|error| RepositoryError::Other(error.into()))?;
    Ok(jobs.once(JobKind::RemoveUnnamedObjects, None, payload))
}

/// Removes the objects of a photo.
pub(super) async fn remove_photo(objects: &Objects, id: PhotoId) -> Result<(), StorageError> {
    for size in PhotoSize::ALL {
        objects.remove(&ObjectKey::photo(id, size)).await?;
    }
    Ok(())
}

impl From<Upload> for Payload {
    fn from(upload: Upload) -> Self {
        match upload {
            Upload::Photo(id) => Self::Photo(id.to_string()),
            Upload::Avatar(id) => Self::Avatar(id.to_string()),
            Upload::ReplacedAvatar(id) => Self::ReplacedAvatar(id.to_string()),
        }
    }
}

impl TryFrom<Payload> for Upload {
    type Error = JobFailure;

    fn try_from(payload: Payload) -> Result<Self, Self::Error> {
        let upload = match payload {
            Payload::Photo(id) => PhotoId::parse(&id).map(Self::Photo),
            Payload::Avatar(id) => AvatarId::parse(&id).map(Self::Avatar),
            Payload::ReplacedAvatar(id) => AvatarId::parse(&id).map(Self::ReplacedAvatar),
        };
        upload.map_err(|_| unreadable())
    }
}

fn unreadable() -> JobFailure {
    JobFailure::new("the job names no upload")
}

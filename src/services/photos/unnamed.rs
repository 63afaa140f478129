use serde::{Deserialize, Serialize};

use crate::{
    domain::{Job, JobId, JobKind, ObjectKey, PhotoId, PhotoSize},
    repositories::{PhotosRepository, RepositoryError, Transaction},
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
}

/// As in the job.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Payload {
    Photo(String),
}

/// Removes objects that no row names: of an upload that was refused, or whose process died.
#[derive(Clone)]
pub struct UnnamedObjects {
    /// Rows that name objects.
    pub photos: PhotosRepository,
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
        let payload = serde_json::to_string(&Payload::from(upload));
        let payload = payload.map_err(|error| RepositoryError::Other(error.into()))?;
        // Without a subject: an erasure of the fan must not drop it.
        let mut job = self.jobs.once(JobKind::RemoveUnnamedObjects, None, payload);
        job.run_at = job.now.plus_seconds(EXPECTED_SECONDS);
        let (id, repository) = (job.id, self.jobs.repository().clone());
        let work = move |tx: &mut Transaction<'_>| repository.add(tx, &job).map(|_added| ());
        self.photos.database().transaction(work).await?;
        Ok(id)
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
        };
        if !is_named {
            self.remove(upload).await?;
        }
        Ok(Finished::Done)
    }

    async fn remove(&self, upload: Upload) -> Result<(), StorageError> {
        match upload {
            Upload::Photo(id) => remove_photo(&self.objects, id).await,
        }
    }
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
        }
    }
}

impl TryFrom<Payload> for Upload {
    type Error = JobFailure;

    fn try_from(payload: Payload) -> Result<Self, Self::Error> {
        match payload {
            Payload::Photo(id) => PhotoId::parse(&id).map(Self::Photo).map_err(|_| unreadable()),
        }
    }
}

fn unreadable() -> JobFailure {
    JobFailure::new("the job names no upload")
}

use super::unnamed::remove_photo;
use crate::{
    domain::{FanId, PhotoId, Timestamp},
    repositories::{PhotosRepository, RepositoryError, Transaction},
    services::jobs::{Finished, JobFailure},
    storage::Objects,
};

/// Photos looked up at once.
const BATCH: u16 = 100;

/// Removes the objects of photos that were removed, and then their rows.
#[derive(Clone)]
pub struct PhotoRemoval {
    /// The rows.
    pub photos: PhotosRepository,
    /// The bytes.
    pub objects: Objects,
}

impl PhotoRemoval {
    /// Does the job: for every photo of the account that is marked as removed.
    ///
    /// # Errors
    /// [`JobFailure`]: some are left, and it is tried again later.
    pub async fn run(&self) -> Result<Finished, JobFailure> {
        self.remove_marked(None).await?;
        Ok(Finished::Done)
    }

    /// Marks all photos of a fan, in the caller's transaction. Returns how many.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub fn mark_all(&self, tx: &mut Transaction<'_>, fan: FanId, now: Timestamp) -> Result<usize, RepositoryError> {
        self.photos.mark_all_removed(tx, fan, now)
    }

    /// Removes the fan's photos that are marked. Returns how many.
    ///
    /// # Errors
    /// [`JobFailure`]: some are left.
    pub async fn of_fan(&self, fan: FanId) -> Result<usize, JobFailure> {
        self.remove_marked(Some(fan)).await
    }

    /// One that cannot be removed does not hold up the others.
    async fn remove_marked(&self, fan: Option<FanId>) -> Result<usize, JobFailure> {
        let (mut after, mut removed, mut failure) = (None, 0_usize, None);
        loop {
            let ids = self.photos.removed(fan, after, BATCH).await?;
            let Some(last) = ids.last() else { break };
            after = Some(*last);
            for id in ids {
                match self.remove_one(id).await {
                    Ok(was_there) => removed = removed.saturating_add(usize::from(was_there)),
                    Err(error) => failure = Some(error),
                }
            }
        }
        failure.map_or(Ok(removed), Err)
    }

    async fn remove_one(&self, id: PhotoId) -> Result<bool, JobFailure> {
        remove_photo(&self.objects, id).await?;
        Ok(self.photos.delete_removed(id).await?)
    }
}

use crate::{
    domain::Clock,
    repositories::{RepositoryError, SessionRevocationsRepository},
};

const BATCH: u16 = 1000;
const BATCHES: usize = 20;

/// Removes the revocations that have expired from the database, for all replicas.
#[derive(Clone)]
pub struct RevocationPurge {
    repository: SessionRevocationsRepository,
    clock: Clock,
}

impl RevocationPurge {
    /// Removes nothing before [`Self::run`].
    pub fn new(repository: SessionRevocationsRepository, clock: Clock) -> Self {
        Self { repository, clock }
    }

    /// Removes the oldest expired rows, at most some ten thousand. The next run removes the rest.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn run(&self) -> Result<(), RepositoryError> {
        let now = self.clock.now();
        for _ in 0..BATCHES {
            if self.repository.purge(now, BATCH).await? < usize::from(BATCH) {
                break;
            }
        }
        Ok(())
    }
}

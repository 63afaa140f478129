use crate::{
    domain::Clock,
    repositories::{PushReceiptsRepository, RepositoryError, UsedOnceRepository},
};

/// Removes the traces of old pushes, for all replicas.
#[derive(Clone)]
pub struct PushPurge {
    /// The pushes of the last minutes.
    pub receipts: PushReceiptsRepository,
    /// Timestamps and nonces.
    pub used_once: UsedOnceRepository,
    /// What is old by this clock goes.
    pub clock: Clock,
}

impl PushPurge {
    /// Removes what has expired.
    ///
    /// # Errors
    /// [`RepositoryError`].
    pub async fn run(&self) -> Result<(), RepositoryError> {
        let now = self.clock.now();
        self.receipts.purge(now).await?;
        self.used_once.purge(now).await?;
        Ok(())
    }
}

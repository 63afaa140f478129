//! What the pages show of a fan.

use crate::{
    domain::{FanId, FansProfile},
    repositories::{FansRepository, RepositoryError},
};

/// Looks fans up.
#[derive(Clone)]
pub struct Fans {
    repository: FansRepository,
}

impl Fans {
    /// Fans of one account.
    pub fn new(repository: FansRepository) -> Self {
        Self { repository }
    }

    /// A fan by id. None: the row is gone, and with it the right to a session.
    ///
    /// # Errors
    /// [`RepositoryError`] if the database does not answer.
    pub async fn find(&self, id: FanId) -> Result<Option<FansProfile>, RepositoryError> {
        self.repository.find(id).await
    }
}

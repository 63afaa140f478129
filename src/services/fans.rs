//! What the pages show of a fan.

use crate::{
    domain::{FanId, FansProfile},
    repositories::FansRepository,
    services::ServiceError,
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
    /// [`ServiceError`] if the database does not answer.
    pub async fn find(&self, id: FanId) -> Result<Option<FansProfile>, ServiceError> {
        Ok(self.repository.find(id).await?)
    }
}

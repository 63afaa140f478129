//! Whether what this process leans on answers.

use crate::{cache::Cache, repositories::Database};

/// Asks the database and the cache.
#[derive(Clone)]
pub struct Health {
    database: Database,
    cache: Cache,
}

/// What answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The database answers.
    pub database: bool,
    /// The cache answers.
    pub cache: bool,
}

impl Health {
    /// The health of these two.
    pub fn new(database: Database, cache: Cache) -> Self {
        Self { database, cache }
    }

    /// Asks both, each within its own time-out.
    pub async fn check(&self) -> Found {
        Found {
            database: self.database.ping().await.is_ok(),
            cache: self.cache.ping().await.is_ok(),
        }
    }
}

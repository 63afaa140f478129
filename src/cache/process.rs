use std::time::Duration;

use super::{Cache, CacheError, MemoryCache, RedisPool};
use crate::domain::AppId;

/// What a process has one of for all its accounts: a store in memory, or the connections to Redis. Nothing is kept here
/// itself, only in the part of an account.
#[derive(Debug, Clone)]
pub enum ProcessCache {
    /// For a deployment of one process.
    Memory(MemoryCache),
    /// For any number of processes.
    Redis(RedisPool),
}

impl ProcessCache {
    /// The part that one account sees. Each call begins anew to watch whether Redis refuses its commands, so an account asks
    /// once.
    pub fn of_account(&self, app_id: &AppId) -> Cache {
        match self {
            Self::Memory(store) => Cache::Memory(store.of_account(app_id)),
            Self::Redis(pool) => Cache::Redis(pool.of_account(app_id)),
        }
    }

    /// Whether other processes see the same values.
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Redis(_))
    }

    /// The server's time since 1970-01-01T00:00:00Z. None if there is no server, or it refuses the command.
    ///
    /// # Errors
    /// [`CacheError`] if the server does not respond.
    pub async fn server_time(&self) -> Result<Option<Duration>, CacheError> {
        match self {
            Self::Memory(_) => Ok(None),
            Self::Redis(pool) => pool.server_time().await,
        }
    }

    /// The store's name and, for a server, its version.
    ///
    /// # Errors
    /// [`CacheError`] if the server does not respond.
    pub async fn describe(&self) -> Result<String, CacheError> {
        match self {
            Self::Memory(_) => Ok("memory (for one process)".to_owned()),
            Self::Redis(pool) => pool.describe().await,
        }
    }
}

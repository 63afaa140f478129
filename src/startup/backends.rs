//! What the start logs about the database and the cache.

use std::time::Duration;

use super::{account::Account, infrastructure::Infrastructure};
use crate::{cache::CacheError, domain::Deadline, repositories::Database};

/// How long the start waits for the backends' versions.
const PATIENCE: Duration = Duration::from_millis(500);

/// The backends with their versions, or with a note that they are down.
#[derive(Debug, Clone)]
pub struct Backends {
    /// E.g. `PostgreSQL 17.2`.
    pub database: String,
    /// E.g. `Redis 7.2.4`.
    pub cache: String,
}

/// The backends of this process, for its first log lines.
pub(super) async fn describe(infrastructure: &Infrastructure, accounts: &[Account]) -> Backends {
    let deadline = Deadline::after(PATIENCE);
    let Infrastructure { database, cache, .. } = infrastructure;
    let cache = async {
        for account in accounts {
            account.cache.self_test().await?;
        }
        cache.describe().await
    };
    let (description, cache) = tokio::join!(deadline.run(database.describe()), deadline.run(cache));
    let description = description.ok().and_then(Result::ok);
    Backends {
        database: description.unwrap_or_else(|| format!("{} (it does not answer)", database.backend_name())),
        cache: match cache {
            Ok(Ok(cache)) => cache,
            Ok(Err(CacheError::Refused(_))) => "Redis (it refuses commands; logins go on without them)".to_owned(),
            Ok(Err(CacheError::Unavailable | CacheError::Overloaded)) | Err(_) => {
                "Redis (it does not answer; logins go on without it)".to_owned()
            }
        },
    }
}

/// Logs missing migrations if the start runs none. Otherwise the first sign would be a fan's error page.
pub(super) async fn log_missing_migrations(database: &Database) {
    // A database that is down is logged elsewhere.
    if let Ok(Ok(missing)) = Deadline::after(PATIENCE).run(database.pending_migrations()).await
        && !missing.is_empty()
    {
        let names = missing.join(", ");
        tracing::error!("migrations are missing: {names}; run `fanpass migrate` (database.migrate_on_start is false)");
    }
}

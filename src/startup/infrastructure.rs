use std::sync::Arc;

use super::StartupError;
use crate::{
    cache::{Cache, MemoryCache, RedisCache},
    clients::wechat::TlsConfig,
    domain::{Clock, Random},
    repositories::Database,
    services::clock_watch::ClockWatch,
    settings::Settings,
};

/// Everything that exists once per process. Clones share it.
#[derive(Clone)]
pub(super) struct Infrastructure {
    pub(super) settings: Arc<Settings>,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) database: Database,
    /// Redis, or the memory of this process if no `REDIS_URL` is set.
    pub(super) cache: Cache,
    /// TLS towards the platform.
    pub(super) tls: TlsConfig,
}

impl Infrastructure {
    /// Opens the database, runs pending migrations if the settings say so, and opens the cache, which may be down.
    pub(super) async fn build(settings: Settings, clock: Clock, random: Random) -> Result<Self, StartupError> {
        Ok(Self {
            database: open_database(&settings).await?,
            cache: open_cache(&settings, &clock)?,
            tls: TlsConfig::with_mozilla_roots()?,
            settings: Arc::new(settings),
            clock,
            random,
        })
    }

    /// A separate cache in the memory of this process, of at most `bytes`.
    pub(super) fn memory_cache(&self, bytes: usize) -> Cache {
        Cache::Memory(MemoryCache::new(self.clock.clone(), bytes))
    }

    /// The cache, if other processes share it.
    pub(super) fn shared_cache(&self) -> Option<Cache> {
        match &self.cache {
            Cache::Redis(_) => Some(self.cache.clone()),
            Cache::Memory(_) => None,
        }
    }

    pub(super) fn clock_watch(&self) -> ClockWatch {
        ClockWatch::new(self.clock.clone(), self.database.clone(), self.cache.clone())
    }
}

async fn open_database(settings: &Settings) -> Result<Database, StartupError> {
    let database = Database::open(&settings.database, &settings.secrets.database_url)?;
    database.verify().await?;
    if settings.database.migrate_on_start {
        let run = database.migrate().await.map_err(StartupError::Migrate)?;
        tracing::info!(
            database.backend = database.backend_name(),
            database.migrations_run = run.len(),
            "the database is ready"
        );
    }
    Ok(database)
}

fn open_cache(settings: &Settings, clock: &Clock) -> Result<Cache, StartupError> {
    let secrets = &settings.secrets;
    Ok(match &secrets.redis_url {
        Some(url) => Cache::Redis(RedisCache::open(url, &settings.cache, &secrets.app_id)?),
        None => Cache::Memory(MemoryCache::new(clock.clone(), settings.cache.memory)),
    })
}

use std::{num::NonZero, sync::Arc, thread};

use super::StartupError;
use crate::{
    cache::{Cache, MemoryCache, ProcessCache, RedisPool},
    clients::{apps::OwnListeners, wechat::TlsConfig},
    domain::{Clock, Random},
    repositories::Database,
    services::{clock_watch::ClockWatch, picture_pool::PicturePool},
    settings::ProcessSettings,
    storage::Storage,
};

/// Everything that exists once per process. It knows no account. Clones share it.
#[derive(Clone)]
pub(super) struct Infrastructure {
    pub(super) settings: Arc<ProcessSettings>,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) database: Database,
    /// The same database for jobs and counts.
    pub(super) background: Database,
    /// Redis, or the memory of this process if no `REDIS_URL` is set.
    pub(super) cache: ProcessCache,
    /// Where photos and avatars are kept.
    pub(super) storage: Storage,
    /// Where pictures are decoded.
    pub(super) picture_pool: PicturePool,
    /// TLS towards the platform and the operator's systems.
    pub(super) tls: TlsConfig,
    /// Where this process listens: there it calls nobody.
    pub(super) own_listeners: OwnListeners,
}

impl Infrastructure {
    /// Opens the database, runs pending migrations if the settings say so, opens the cache, which may be down, and makes the
    /// folder of the storage.
    pub(super) async fn build(settings: ProcessSettings, clock: Clock, random: Random) -> Result<Self, StartupError> {
        let database = open_database(&settings).await?;
        let infrastructure = Self::with_database(database, settings, clock, random)?;
        infrastructure.storage.prepare().await;
        Ok(infrastructure)
    }

    /// For an operator's command: one connection and more patience. Makes no connection and runs no migration yet.
    pub(super) fn for_operators(
        settings: &ProcessSettings,
        clock: Clock,
        random: Random,
    ) -> Result<Self, StartupError> {
        let settings = ProcessSettings {
            cache: settings.cache.for_operators(),
            ..settings.clone()
        };
        Self::with_database(open_for_operators(&settings)?, settings, clock, random)
    }

    fn with_database(
        database: Database,
        settings: ProcessSettings,
        clock: Clock,
        random: Random,
    ) -> Result<Self, StartupError> {
        Ok(Self {
            background: database.for_background(),
            database,
            cache: open_cache(&settings, &clock)?,
            storage: Storage::open(&settings.storage, settings.s3_keys.as_ref())?,
            picture_pool: PicturePool::new(cores(), settings.picture_memory_mib),
            tls: TlsConfig::with_mozilla_roots()?,
            own_listeners: OwnListeners::default(),
            settings: Arc::new(settings),
            clock,
            random,
        })
    }

    /// A separate cache in the memory of this process, of at most `bytes`.
    pub(super) fn memory_cache(&self, bytes: usize) -> Cache {
        Cache::Memory(MemoryCache::new(self.clock.clone(), bytes))
    }

    pub(super) fn clock_watch(&self) -> ClockWatch {
        ClockWatch::new(self.clock.clone(), self.database.clone(), self.cache.clone())
    }
}

/// As many pictures are decoded at once.
fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// The database over one connection. Makes none yet.
pub(super) fn open_for_operators(settings: &ProcessSettings) -> Result<Database, StartupError> {
    let database = settings.database.with_one_connection();
    Ok(Database::open(&database, &settings.database_url)?)
}

async fn open_database(settings: &ProcessSettings) -> Result<Database, StartupError> {
    let database = Database::open(&settings.database, &settings.database_url)?;
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

fn open_cache(settings: &ProcessSettings, clock: &Clock) -> Result<ProcessCache, StartupError> {
    Ok(match &settings.redis_url {
        Some(url) => ProcessCache::Redis(RedisPool::open(url, &settings.cache)?),
        None => ProcessCache::Memory(MemoryCache::new(clock.clone(), settings.cache.memory)),
    })
}

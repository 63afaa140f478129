//! What `fanpass check` looks at: it asks here, and builds nothing itself.

use super::{StartupError, worker::platform_client};
use crate::{
    cache::{CacheError, Diagnosis, RedisClientError, RedisPool},
    clients::{
        fetch::Fetcher,
        wechat::{TlsConfig, WeChatClient},
    },
    domain::{Clock, ClockOffset},
    repositories::{Preflight, PreflightError},
    settings::{AccountSettings, Settings, StorageLocation},
    storage::{Storage, StorageError, StorageOpenError},
};

/// A Redis that works.
pub struct CheckedCache {
    /// Its kind and version.
    pub description: String,
    /// How far its clock is from ours. None if it may not be asked.
    pub clock: Option<ClockOffset>,
}

/// Why a Redis cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CacheFault {
    /// `REDIS_URL` or its certificates cannot be used.
    #[error(transparent)]
    Client(#[from] RedisClientError),
    /// It cannot be reached, or refuses what fanpass needs.
    #[error("{0}")]
    Diagnosis(#[from] Diagnosis),
    /// It failed after it was found in order.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

/// What the checks of one account use that call other hosts.
pub struct OnlineChecks {
    /// What belongs to the account that is checked.
    pub settings: AccountSettings,
    /// Calls any host.
    pub fetcher: Fetcher,
    /// Calls the platform as logins do.
    pub platform: WeChatClient,
}

/// Looks at the database. Only reads.
///
/// # Errors
/// If it cannot be reached or queried.
pub async fn check_database(settings: &Settings, clock: &Clock) -> Result<Preflight, PreflightError> {
    Preflight::run(&settings.database, &settings.secrets.database_url, clock).await
}

/// Looks at Redis with the keys of the account. Writes nothing. None: there is no Redis.
///
/// # Errors
/// [`CacheFault`].
pub async fn check_cache(settings: &Settings, clock: &Clock) -> Result<Option<CheckedCache>, CacheFault> {
    let Some(url) = &settings.secrets.redis_url else {
        return Ok(None);
    };
    let patient = settings.cache.for_operators();
    let pool = RedisPool::open(url, &patient)?;
    RedisPool::diagnose(url, &patient, &settings.account().account.app_id).await?;
    let description = pool.describe().await?;
    let sent = clock.now_precise();
    let theirs = pool.server_time().await?;
    let clock = theirs.map(|theirs| ClockOffset::between(sent, theirs, clock.now_precise()));
    Ok(Some(CheckedCache { description, clock }))
}

/// Why the object storage cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StorageFault {
    /// Its client cannot be built.
    #[error(transparent)]
    Open(#[from] StorageOpenError),
    /// It cannot be reached, or does not take what is put.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Looks whether a folder can be written, or puts an object into a bucket, reads it and removes it. Returns where that is.
///
/// # Errors
/// [`StorageFault`].
pub async fn check_storage(settings: &Settings) -> Result<String, StorageFault> {
    let storage = Storage::open(&settings.storage, settings.secrets.s3.as_ref())?;
    match settings.storage.location {
        StorageLocation::Folder(_) => storage.may_be_written().await?,
        StorageLocation::Bucket { .. } => storage.probe().await?,
    }
    Ok(storage.describe())
}

/// Prepares the checks that call other hosts.
///
/// # Errors
/// [`StartupError`] if no TLS client can be made.
pub fn online_checks(settings: &Settings) -> Result<OnlineChecks, StartupError> {
    let (tls, settings) = (TlsConfig::with_mozilla_roots()?, settings.account());
    Ok(OnlineChecks {
        fetcher: Fetcher::new(&tls, settings.wechat.timeout),
        platform: platform_client(&tls, &settings),
        settings,
    })
}

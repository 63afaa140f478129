pub mod certificates;
pub mod databases;
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub mod forwarder;
pub mod odd_redis;
#[cfg(feature = "postgres")]
pub mod pgbouncer;
#[cfg(feature = "mysql")]
pub mod private_mysql;
#[cfg(feature = "postgres")]
pub mod private_postgres;
pub mod private_redis;
pub mod processes;
pub mod redis_family;
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub mod servers;

use std::{
    env,
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use fanpass::{
    domain::{AppId, FansProfile, SessionGeneration, Timestamp},
    repositories::{
        Database, FansRepository, NewFan, RepositoryError, SessionRevocationsRepository, SignOut, Transaction,
    },
    settings::{CacheSettings, DatabaseSettings},
};

pub fn app_id() -> AppId {
    AppId::parse("wx0000000000000001").unwrap()
}

/// Says aloud that `what` was not tested for want of `want`; fails where nothing may be skipped.
pub fn skipped(what: &str, want: &str) {
    assert!(
        env::var("FANPASS_TEST_ALL").as_deref() != Ok("1"),
        "{what} must be tested here, but {want} is missing"
    );
    eprintln!("SKIPPED {what}: {want} is missing");
}

pub fn database_settings(pool_size: u32) -> DatabaseSettings {
    DatabaseSettings {
        pool_size: NonZeroU32::new(pool_size).unwrap(),
        pool_timeout: Duration::from_secs(5),
        migrate_on_start: true,
        prepared_statements: true,
    }
}

pub fn cache_settings() -> CacheSettings {
    let random = fanpass::domain::Random::system().bytes::<8>();
    CacheSettings {
        memory: 1 << 20,
        key_prefix: format!("test-{}", hex::encode(random)),
        pool_size: NonZeroUsize::new(4).unwrap(),
        timeout: Duration::from_millis(300),
        authorities: None,
    }
}

/// A registration in a transaction of its own.
pub trait Register {
    async fn register(&self, fan: NewFan) -> Result<(FansProfile, SessionGeneration), RepositoryError>;
}

impl Register for FansRepository {
    async fn register(&self, fan: NewFan) -> Result<(FansProfile, SessionGeneration), RepositoryError> {
        let fans = self.clone();
        let work = move |tx: &mut Transaction<'_>| fans.upsert(tx, &fan);
        self.database().transaction(work).await
    }
}

/// Ends sessions in a transaction of its own.
pub async fn sign_out(
    database: &Database,
    revocations: &SessionRevocationsRepository,
    what: SignOut,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), RepositoryError> {
    let revocations = revocations.clone();
    let work = move |tx: &mut Transaction<'_>| revocations.sign_out(tx, what, now, expires_at);
    database.transaction(work).await.map(|_| ())
}

/// Tries again until `ask` returns true, for at most `limit`.
pub async fn eventually(limit: Duration, mut ask: impl AsyncFnMut() -> bool) -> bool {
    let deadline = fanpass::domain::Deadline::after(limit);
    while !deadline.has_passed() {
        if ask().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

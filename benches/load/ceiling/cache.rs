//! Commands to Redis through deadpool-redis, without the PING that it sends before each.

use actix_web::error::ErrorInternalServerError;
use deadpool::managed::{Manager, Metrics, Pool, RecycleResult};
use deadpool_redis::redis::{self, aio::MultiplexedConnection, cmd};

#[derive(Clone)]
pub struct Cache(Pool<Untested>);

/// As many connections as fanpass has by default.
const CONNECTIONS: usize = 16;

pub struct Untested(deadpool_redis::Manager);

impl Manager for Untested {
    type Type = MultiplexedConnection;
    type Error = redis::RedisError;

    async fn create(&self) -> Result<MultiplexedConnection, redis::RedisError> {
        self.0.create().await
    }

    async fn recycle(&self, _: &mut MultiplexedConnection, _: &Metrics) -> RecycleResult<redis::RedisError> {
        Ok(())
    }
}

impl Cache {
    pub fn open(url: &str) -> Self {
        let manager = Untested(deadpool_redis::Manager::new(url).expect("REDIS_URL"));
        Self(Pool::builder(manager).max_size(CONNECTIONS).build().expect("a pool"))
    }

    /// Stores as many bytes under a key as long as fanpass's.
    pub async fn put(&self, kind: &str, bytes: usize) -> actix_web::Result<()> {
        let mut connection = self.0.get().await.map_err(ErrorInternalServerError)?;
        let key = format!("bare:wx0000000000000000:{kind}:{:064}", 0);
        let stored: redis::RedisResult<()> = cmd("SET")
            .arg(key)
            .arg(&[b'v'; 512][..bytes])
            .arg("PX")
            .arg(600_000)
            .query_async(&mut *connection)
            .await;
        stored.map_err(ErrorInternalServerError)
    }
}

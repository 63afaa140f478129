//! Leases: the exclusive right to do something, for as long as its owner works.

use std::{convert::Infallible, future, future::Future, slice, time::Duration};

use crate::cache::{Cache, CacheError};

/// Renewals per TTL. With the longest lease, there is time for another renewal after one failed and the cache paused.
const RENEWALS_PER_TTL: u32 = 4;

/// A cache entry that names its owner. It is renewed while the owner works, however long that takes, and expires soon
/// after the owner died. Only its owner removes it early.
pub struct Lease {
    cache: Cache,
    key: String,
    holder: Vec<u8>,
    ttl: Duration,
}

impl Lease {
    /// A lease on `key` that is not acquired yet. Each owner needs a name of its own.
    pub fn new(cache: Cache, key: String, holder: Vec<u8>, ttl: Duration) -> Self {
        Self {
            cache,
            key,
            holder,
            ttl,
        }
    }

    /// Acquires the lease. Returns the entry of another owner if there is one.
    ///
    /// # Errors
    /// [`CacheError`]: it is unknown whether the lease is acquired.
    pub async fn try_acquire(&self) -> Result<Option<Vec<u8>>, CacheError> {
        let there = self.cache.put_if_absent(&self.key, &self.holder, self.ttl).await?;
        // Our own name is there if the response to an earlier attempt was lost.
        Ok(there.filter(|there| *there != self.holder))
    }

    /// Acquires the lease, unless another owner has it. Without a working cache every caller gets it, so what it protects
    /// must tolerate that.
    pub async fn acquire(self) -> Option<Self> {
        match self.try_acquire().await {
            Ok(Some(_)) => None,
            Ok(None) => Some(self),
            Err(error) => {
                log_failure(Err(error));
                Some(self)
            }
        }
    }

    /// Runs `work` and renews the lease until it is done. Box large work, or this future contains it twice.
    pub async fn with_lease_renewal<T>(&self, work: impl Future<Output = T>) -> T {
        with_lease_renewal(slice::from_ref(self), work).await
    }

    /// Moves the lease to another key and overwrites what is there. The entry under the old key stays.
    pub async fn move_to(&mut self, key: String) {
        self.key = key;
        log_failure(self.cache.put(&self.key, &self.holder, self.ttl).await);
    }

    /// Ends the lease, unless another owner has it by now.
    pub async fn release(&self) {
        log_failure(self.cache.remove_if_equal(&self.key, &self.holder).await.map(drop));
    }

    /// The cache that stores the lease.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The key of the lease's entry.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Extends the lease. One that expired while the cache was away is acquired again, unless another owner has it by now.
    async fn renew(&self) -> Result<(), CacheError> {
        let (cache, key, holder) = (&self.cache, &self.key, &self.holder);
        if !cache.put_if_equal(key, holder, holder, self.ttl).await? {
            cache.put_if_absent(key, holder, self.ttl).await?;
        }
        Ok(())
    }
}

/// Runs `work` and renews all of `leases` until it is done. Box large work, or this future contains it twice.
pub async fn with_lease_renewal<T>(leases: &[Lease], work: impl Future<Output = T>) -> T {
    tokio::select! {
        biased;
        result = work => result,
        never = keep_renewing(leases) => match never {},
    }
}

async fn keep_renewing(leases: &[Lease]) -> Infallible {
    let Some(shortest_ttl) = leases.iter().map(|lease| lease.ttl).min() else {
        return future::pending().await;
    };
    loop {
        tokio::time::sleep(shortest_ttl / RENEWALS_PER_TTL).await;
        for lease in leases {
            log_failure(lease.renew().await);
        }
    }
}

/// The cache logs an outage itself, once. The owner works on without the lease.
fn log_failure(result: Result<(), CacheError>) {
    if let Err(error) = result {
        tracing::debug!(cache.error = %error, "a lease was not written");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cache::MemoryCache, domain::Clock};

    const TTL: Duration = Duration::from_secs(2);

    fn cache(clock: &Clock) -> Cache {
        Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20))
    }

    async fn acquire(cache: &Cache, holder: &str) -> Option<Lease> {
        Lease::new(cache.clone(), "lease".to_owned(), holder.into(), TTL)
            .acquire()
            .await
    }

    #[tokio::test]
    async fn one_owner_at_a_time_and_the_next_after_its_end() {
        let cache = cache(&Clock::system());
        let lease = acquire(&cache, "one").await.unwrap();
        assert!(acquire(&cache, "two").await.is_none());
        lease.release().await;
        assert!(acquire(&cache, "two").await.is_some());
    }

    #[tokio::test]
    async fn a_lease_that_another_acquired_is_not_ended_by_its_first_owner() {
        let clock = Clock::system();
        let cache = cache(&clock);
        let first = acquire(&cache, "one").await.unwrap();
        clock.advance(3);
        let _second = acquire(&cache, "two").await.unwrap();
        first.release().await;
        assert!(acquire(&cache, "three").await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn work_may_be_longer_than_the_lease_and_a_dead_owner_blocks_nobody_longer() {
        let cache = cache(&Clock::system());
        let lease = acquire(&cache, "one").await.unwrap();
        let work = async {
            for _ in 0..5 {
                tokio::time::sleep(TTL).await;
                assert!(acquire(&cache, "two").await.is_none());
            }
        };
        lease.with_lease_renewal(work).await;
        drop(lease);
        tokio::time::sleep(TTL).await;
        assert!(acquire(&cache, "two").await.is_some());
    }
}

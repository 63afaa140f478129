//! The right to do something alone, for as long as its holder works.

use std::{convert::Infallible, future::Future, time::Duration};

use crate::cache::{Cache, CacheError};

/// Renewals per lease: one that fails leaves time for another.
const RENEWALS: u32 = 4;

/// An entry of the cache that holds its holder's name. It is renewed while the holder works, however long that takes, and
/// ends by itself soon after the holder died. Only its holder ends it early.
pub struct Lease {
    cache: Cache,
    key: String,
    holder: Vec<u8>,
    ttl: Duration,
}

impl Lease {
    /// Takes the lease on `key` for `ttl`, unless somebody holds it. `holder` is a name that nobody else bears. Where the
    /// cache does not answer everybody holds it: what it guards must do without.
    pub async fn acquire(cache: &Cache, key: String, holder: Vec<u8>, ttl: Duration) -> Option<Self> {
        let lease = Self {
            cache: cache.clone(),
            key,
            holder,
            ttl,
        };
        match lease.cache.put_if_absent(&lease.key, &lease.holder, ttl).await {
            // An answer that was lost: the lease is ours already.
            Ok(Some(there)) if there != lease.holder => None,
            Ok(_) => Some(lease),
            Err(error) => {
                note(Err(error));
                Some(lease)
            }
        }
    }

    /// Runs `work` and renews the lease beside it. Work of any size comes in a box: it would count here twice.
    pub async fn hold<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            result = work => result,
            never = self.keep_renewing() => match never {},
        }
    }

    /// Ends the lease, unless somebody else has it by now.
    pub async fn release(self) {
        note(self.cache.remove_if_equal(&self.key, &self.holder).await.map(drop));
    }

    async fn keep_renewing(&self) -> Infallible {
        loop {
            tokio::time::sleep(self.ttl / RENEWALS).await;
            note(self.renew().await);
        }
    }

    /// A lease that ran out while the cache was away is taken again, unless somebody else has it by now.
    async fn renew(&self) -> Result<(), CacheError> {
        let (cache, key, holder) = (&self.cache, &self.key, &self.holder);
        if !cache.put_if_equal(key, holder, holder, self.ttl).await? {
            cache.put_if_absent(key, holder, self.ttl).await?;
        }
        Ok(())
    }
}

/// The cache itself logs an outage, once; here it is of no consequence.
fn note(result: Result<(), CacheError>) {
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
        Lease::acquire(cache, "lease".to_owned(), holder.into(), TTL).await
    }

    #[tokio::test]
    async fn one_holder_at_a_time_and_the_next_after_its_end() {
        let cache = cache(&Clock::system());
        let lease = acquire(&cache, "one").await.unwrap();
        assert!(acquire(&cache, "two").await.is_none());
        lease.release().await;
        assert!(acquire(&cache, "two").await.is_some());
    }

    #[tokio::test]
    async fn a_lease_that_was_taken_over_is_not_ended_by_its_first_holder() {
        let clock = Clock::system();
        let cache = cache(&clock);
        let first = acquire(&cache, "one").await.unwrap();
        clock.advance(3);
        let _second = acquire(&cache, "two").await.unwrap();
        first.release().await;
        assert!(acquire(&cache, "three").await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn work_may_be_longer_than_the_lease_and_a_dead_holder_blocks_nobody_longer() {
        let cache = cache(&Clock::system());
        let lease = acquire(&cache, "one").await.unwrap();
        let work = async {
            for _ in 0..5 {
                tokio::time::sleep(TTL).await;
                assert!(acquire(&cache, "two").await.is_none());
            }
        };
        lease.hold(work).await;
        drop(lease);
        tokio::time::sleep(TTL).await;
        assert!(acquire(&cache, "two").await.is_some());
    }
}

use std::{
    hash::{BuildHasher, Hash, RandomState},
    marker::PhantomData,
    sync::Arc,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, StateStore},
};

/// A limit of events for each key. Clones share the counters.
///
/// The number of counters, 8 bytes each, is fixed, so that memory and work do not grow with the number of keys. Which keys
/// share one is random in each process, so that an attacker cannot choose whom to block.
#[derive(Clone)]
pub struct EventLimit<K: Hash + Eq + Clone>(Arc<RateLimiter<K, Counters<K>, DefaultClock>>);

/// A key is over its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverLimit {
    /// Until the next event is within the limit: 1 at least.
    pub seconds: u32,
}

struct Counters<K> {
    states: Box<[InMemoryState]>,
    hasher: RandomState,
    keys: PhantomData<fn(&K)>,
}

impl<K: Hash> Counters<K> {
    fn new(count: usize) -> Self {
        Self {
            states: std::iter::repeat_with(InMemoryState::default).take(count).collect(),
            hasher: RandomState::new(),
            keys: PhantomData,
        }
    }

    fn of(&self, key: &K) -> Option<&InMemoryState> {
        let count = u64::try_from(self.states.len()).ok()?;
        let index = self.hasher.hash_one(key).checked_rem(count)?;
        self.states.get(usize::try_from(index).ok()?)
    }
}

impl<K: Hash + Eq + Clone> StateStore for Counters<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        match self.of(key) {
            Some(state) => state.measure_and_replace(&NotKeyed::NonKey, measure),
            None => measure(None).map(|(outcome, _)| outcome),
        }
    }
}

impl<K: Hash + Eq + Clone> EventLimit<K> {
    /// Allows each key so much, counted with so many counters.
    pub fn new(quota: Quota, counters: usize) -> Self {
        let counters = Counters::new(counters);
        Self(Arc::new(RateLimiter::new(quota, counters, DefaultClock::default())))
    }

    /// Counts an event.
    ///
    /// # Errors
    /// [`OverLimit`].
    pub fn admit(&self, key: &K) -> Result<(), OverLimit> {
        self.0.check_key(key).map_err(|refused| {
            let wait: Duration = refused.wait_time_from(self.0.clock().now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
            OverLimit {
                seconds: seconds.saturating_add(1),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn many_keys_need_no_more_memory_and_are_still_counted() {
        let limit = EventLimit::new(Quota::per_minute(NonZeroU32::MIN), 64);
        let admitted = (0..10_000).filter(|key| limit.admit(key).is_ok()).count();
        assert!((1..=64).contains(&admitted), "{admitted}");
    }
}

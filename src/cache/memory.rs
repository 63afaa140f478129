use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use moka::{
    Expiry,
    ops::compute::{CompResult, Op},
    policy::EvictionPolicy,
    sync,
};

use super::LONGEST_TTL;
use crate::domain::Clock;

/// Values in the memory of this process. No call waits for anything but another call on the same key.
#[derive(Clone)]
pub struct MemoryCache {
    entries: sync::Cache<String, Entry>,
    clock: Clock,
}

#[derive(Clone)]
struct Entry {
    value: Arc<[u8]>,
    ttl: Duration,
    /// By our clock, which tests move; moka's own expiry only frees the memory.
    expires_at: Duration,
}

struct OwnTtl;

impl Expiry<String, Entry> for OwnTtl {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(&self, _: &String, entry: &Entry, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(entry.ttl)
    }
}

impl MemoryCache {
    /// A store that drops what was used longest ago when it holds more than `max_entries`.
    pub fn new(clock: Clock, max_entries: u64) -> Self {
        let entries = sync::Cache::builder()
            .max_capacity(max_entries)
            // moka's default may turn a new entry away, and with it a claim that was just made.
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(OwnTtl)
            .build();
        Self { entries, clock }
    }

    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.alive(self.entries.get(key)).map(|entry| entry.value.to_vec())
    }

    pub(super) fn put(&self, key: &str, value: &[u8], ttl: Duration) {
        match self.storing(value, ttl) {
            Op::Put(entry) => self.entries.insert(key.to_owned(), entry),
            _ => self.entries.invalidate(key),
        }
    }

    pub(super) fn put_if_absent(&self, key: &str, value: &[u8], ttl: Duration) -> Option<Vec<u8>> {
        let mut there = None;
        self.compute(key, |entry| match entry {
            Some(entry) => {
                there = Some(entry.value.to_vec());
                Op::Nop
            }
            None => self.storing(value, ttl),
        });
        there
    }

    pub(super) fn put_if_equal(&self, key: &str, expected: &[u8], value: &[u8], ttl: Duration) -> bool {
        self.if_equal(key, expected, || self.storing(value, ttl))
    }

    pub(super) fn remove(&self, key: &str) {
        self.entries.invalidate(key);
    }

    pub(super) fn remove_if_equal(&self, key: &str, expected: &[u8]) -> bool {
        self.if_equal(key, expected, || Op::Remove)
    }

    fn if_equal(&self, key: &str, expected: &[u8], change: impl FnOnce() -> Op<Entry>) -> bool {
        let mut equal = false;
        self.compute(key, |entry| {
            equal = entry.is_some_and(|entry| *entry.value == *expected);
            if equal { change() } else { Op::Nop }
        });
        equal
    }

    fn compute(&self, key: &str, change: impl FnOnce(Option<Entry>) -> Op<Entry>) -> CompResult<String, Entry> {
        let entry = self.entries.entry_by_ref(key);
        entry.and_compute_with(|entry| change(self.alive(entry.map(moka::Entry::into_value))))
    }

    fn storing(&self, value: &[u8], ttl: Duration) -> Op<Entry> {
        if ttl.is_zero() {
            return Op::Remove;
        }
        let ttl = ttl.min(LONGEST_TTL);
        Op::Put(Entry {
            value: value.into(),
            ttl,
            expires_at: self.clock.now_precise().saturating_add(ttl),
        })
    }

    fn alive(&self, entry: Option<Entry>) -> Option<Entry> {
        entry.filter(|entry| self.clock.now_precise() < entry.expires_at)
    }
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MemoryCache")
    }
}

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lru::LruCache;

use super::LONGEST_TTL;
use crate::domain::Clock;

/// What an entry takes besides its key and its value, about: its node in the list, its place in the table, and what the
/// allocator rounds up.
const OVERHEAD: usize = 128;

/// Values in the memory of this process. No call waits for anything but another call.
///
/// An LRU list under a lock, bounded by bytes. Measured beside moka an entry takes 0.7 KB instead of 1.2, and a claim 2 µs
/// instead of 4.
#[derive(Clone)]
pub struct MemoryCache {
    entries: Arc<Mutex<Entries>>,
    clock: Clock,
}

/// From the most recently used to the least.
struct Entries {
    by_key: LruCache<Box<str>, Entry>,
    bytes: usize,
    max_bytes: usize,
}

struct Entry {
    value: Box<[u8]>,
    /// By the monotonic clock: whoever sets the system's time ends no claim and prolongs no token.
    expires_at: Duration,
}

impl MemoryCache {
    /// A store that drops what was used longest ago when it takes more than `max_bytes`.
    pub fn new(clock: Clock, max_bytes: usize) -> Self {
        let entries = Entries {
            by_key: LruCache::unbounded(),
            bytes: 0,
            max_bytes,
        };
        Self {
            entries: Arc::new(Mutex::new(entries)),
            clock,
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.lock().alive(key, self.now()).map(<[u8]>::to_vec)
    }

    pub(super) fn put(&self, key: &str, value: &[u8], ttl: Duration) {
        self.store(&mut self.lock(), key, value, ttl);
    }

    pub(super) fn put_if_absent(&self, key: &str, value: &[u8], ttl: Duration) -> Option<Vec<u8>> {
        let mut entries = self.lock();
        let there = entries.alive(key, self.now()).map(<[u8]>::to_vec);
        if there.is_none() {
            self.store(&mut entries, key, value, ttl);
        }
        there
    }

    pub(super) fn put_if_equal(&self, key: &str, expected: &[u8], value: &[u8], ttl: Duration) -> bool {
        self.if_equal(key, expected, |entries| self.store(entries, key, value, ttl))
    }

    pub(super) fn remove(&self, key: &str) {
        self.lock().remove(key);
    }

    pub(super) fn remove_if_equal(&self, key: &str, expected: &[u8]) -> bool {
        self.if_equal(key, expected, |entries| entries.remove(key))
    }

    fn if_equal(&self, key: &str, expected: &[u8], change: impl FnOnce(&mut Entries)) -> bool {
        let mut entries = self.lock();
        let is_equal = entries.alive(key, self.now()) == Some(expected);
        if is_equal {
            change(&mut entries);
        }
        is_equal
    }

    fn store(&self, entries: &mut Entries, key: &str, value: &[u8], ttl: Duration) {
        if ttl.is_zero() {
            return entries.remove(key);
        }
        let now = self.now();
        let entry = Entry {
            value: value.into(),
            expires_at: now.saturating_add(ttl.min(LONGEST_TTL)),
        };
        entries.put(key, entry, now);
    }

    fn now(&self) -> Duration {
        self.clock.monotonic()
    }

    /// A thread that panicked here has left nothing half done: what is missing at worst is an entry.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn alive(&mut self, key: &str, now: Duration) -> Option<&[u8]> {
        let expires_at = self.by_key.peek(key)?.expires_at;
        if expires_at <= now {
            self.remove(key);
            return None;
        }
        self.by_key.get(key).map(|entry| &*entry.value)
    }

    /// What is too large by itself displaces nothing else. Entries whose time is over go when they are asked for, or when
    /// nothing older is left.
    fn put(&mut self, key: &str, entry: Entry, now: Duration) {
        if weight(key, &entry) > self.max_bytes {
            return self.remove(key);
        }
        self.bytes = self.bytes.saturating_add(weight(key, &entry));
        if let Some((key, before)) = self.by_key.push(key.into(), entry) {
            self.forget(&key, &before);
        }
        while self.bytes > self.max_bytes || self.is_least_used_dead(now) {
            let Some((key, entry)) = self.by_key.pop_lru() else {
                break;
            };
            self.forget(&key, &entry);
        }
    }

    fn remove(&mut self, key: &str) {
        if let Some((key, entry)) = self.by_key.pop_entry(key) {
            self.forget(&key, &entry);
        }
    }

    fn is_least_used_dead(&self, now: Duration) -> bool {
        self.by_key.peek_lru().is_some_and(|(_, entry)| entry.expires_at <= now)
    }

    fn forget(&mut self, key: &str, entry: &Entry) {
        self.bytes = self.bytes.saturating_sub(weight(key, entry));
    }
}

fn weight(key: &str, entry: &Entry) -> usize {
    OVERHEAD.saturating_add(key.len()).saturating_add(entry.value.len())
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MemoryCache")
    }
}

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lru::LruCache;

use super::LONGEST_TTL;
use crate::domain::{AppId, Clock};

/// About how many bytes an entry needs besides its key and its value: its node in the list, its slot in the table, and the
/// allocator's rounding.
const OVERHEAD: usize = 128;

/// Values in the memory of this process. A call can only wait for another call.
///
/// This is an LRU list under a lock, limited by bytes. Compared with moka, an entry was measured at 0.7 KB instead of 1.2,
/// and a claim at 2 µs instead of 4.
#[derive(Clone)]
pub struct MemoryCache {
    entries: Arc<Mutex<Entries>>,
    /// Each key begins with it. Empty in a store of its own.
    prefix: Arc<str>,
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
    /// By the monotonic clock, so that a change of the system's time neither ends a claim nor prolongs a token.
    expires_at: Duration,
}

impl MemoryCache {
    /// A store of at most `max_bytes`. Beyond that it drops the least recently used entries.
    pub fn new(clock: Clock, max_bytes: usize) -> Self {
        let entries = Entries {
            by_key: LruCache::unbounded(),
            bytes: 0,
            max_bytes,
        };
        Self {
            entries: Arc::new(Mutex::new(entries)),
            prefix: "".into(),
            clock,
        }
    }

    /// The part of this store that one account sees. The parts share its room.
    pub(super) fn of_account(&self, app_id: &AppId) -> Self {
        Self {
            prefix: format!("{app_id}:").into(),
            ..self.clone()
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        let key = self.key(key);
        self.lock().alive(&key, self.now()).map(<[u8]>::to_vec)
    }

    pub(super) fn put(&self, key: &str, value: &[u8], ttl: Duration) {
        let key = self.key(key);
        self.store(&mut self.lock(), &key, value, ttl);
    }

    pub(super) fn put_if_absent(&self, key: &str, value: &[u8], ttl: Duration) -> Option<Vec<u8>> {
        let key = self.key(key);
        let mut entries = self.lock();
        let there = entries.alive(&key, self.now()).map(<[u8]>::to_vec);
        if there.is_none() {
            self.store(&mut entries, &key, value, ttl);
        }
        there
    }

    pub(super) fn put_if_equal(&self, key: &str, expected: &[u8], value: &[u8], ttl: Duration) -> bool {
        self.if_equal(key, expected, |entries, key| self.store(entries, key, value, ttl))
    }

    pub(super) fn remove(&self, key: &str) {
        let key = self.key(key);
        self.lock().remove(&key);
    }

    pub(super) fn remove_if_equal(&self, key: &str, expected: &[u8]) -> bool {
        self.if_equal(key, expected, Entries::remove)
    }

    fn if_equal(&self, key: &str, expected: &[u8], change: impl FnOnce(&mut Entries, &str)) -> bool {
        let key = self.key(key);
        let mut entries = self.lock();
        let is_equal = entries.alive(&key, self.now()) == Some(expected);
        if is_equal {
            change(&mut entries, &key);
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

    fn key<'key>(&self, key: &'key str) -> Cow<'key, str> {
        if self.prefix.is_empty() {
            Cow::Borrowed(key)
        } else {
            Cow::Owned(format!("{}{key}", self.prefix))
        }
    }

    fn now(&self) -> Duration {
        self.clock.monotonic()
    }

    /// A poisoned lock can be used: a thread that panicked here lost an entry at worst.
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

    /// An entry that is larger than the store displaces nothing. Expired entries are removed when they are read, or when
    /// they are the least recently used.
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

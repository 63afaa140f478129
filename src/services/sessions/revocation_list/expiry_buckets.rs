use std::collections::{BTreeMap, HashSet};

use crate::domain::{SessionId, Timestamp};

/// The width of a bucket: revoked sessions that expire within the same ten minutes share one.
pub(super) const BUCKET_SECONDS: i64 = 600;

/// Sessions that were revoked one by one, by the time at which they expire.
pub(super) struct ExpiryBuckets {
    buckets: BTreeMap<i64, Bucket>,
    sessions: usize,
    max_sessions: usize,
}

enum Bucket {
    Sessions(HashSet<SessionId>),
    /// There were too many to keep. All sessions of this bucket count as revoked, and their fans sign in again.
    All,
}

impl ExpiryBuckets {
    pub(super) const fn with_limit(max_sessions: usize) -> Self {
        Self {
            buckets: BTreeMap::new(),
            sessions: 0,
            max_sessions,
        }
    }

    pub(super) fn contains(&self, sid: SessionId, expires_at: Timestamp) -> bool {
        match self.buckets.get(&bucket_number(expires_at)) {
            Some(Bucket::Sessions(sids)) => sids.contains(&sid),
            Some(Bucket::All) => true,
            None => false,
        }
    }

    /// Adds a session. False if it is known already.
    pub(super) fn add(&mut self, sid: SessionId, expires_at: Timestamp) -> bool {
        let empty = || Bucket::Sessions(HashSet::new());
        let bucket = self.buckets.entry(bucket_number(expires_at)).or_insert_with(empty);
        // Such a bucket does not know its single sessions, and the database may not have this one yet.
        let Bucket::Sessions(sids) = bucket else {
            return true;
        };
        let is_new = sids.insert(sid);
        if is_new {
            self.sessions += 1;
            self.make_room();
        }
        is_new
    }

    pub(super) fn drop_expired(&mut self, now: Timestamp) {
        let kept = self.buckets.split_off(&bucket_number(now));
        let dropped = std::mem::replace(&mut self.buckets, kept);
        self.sessions -= dropped.values().map(Bucket::len).sum::<usize>();
    }

    /// Replaces the largest bucket with [`Bucket::All`]. Never the newest one: new sessions belong to it, and nobody could
    /// sign in.
    fn make_room(&mut self) {
        if self.sessions <= self.max_sessions {
            return;
        }
        let older = self.buckets.iter_mut().rev().skip(1);
        if let Some((_, largest)) = older.max_by_key(|(_, bucket)| bucket.len())
            && largest.len() > 0
        {
            self.sessions -= largest.len();
            tracing::error!(
                sessions = largest.len(),
                "too many sessions were ended to keep each: all that expire within the same ten minutes end"
            );
            *largest = Bucket::All;
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    #[cfg(test)]
    pub(super) const fn len(&self) -> usize {
        self.sessions
    }
}

impl Bucket {
    fn len(&self) -> usize {
        match self {
            Self::Sessions(sids) => sids.len(),
            Self::All => 0,
        }
    }
}

fn bucket_number(expires_at: Timestamp) -> i64 {
    expires_at.unix_seconds().div_euclid(BUCKET_SECONDS)
}

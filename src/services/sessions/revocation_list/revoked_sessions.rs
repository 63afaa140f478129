use std::collections::HashMap;

use super::expiry_buckets::ExpiryBuckets;
use crate::domain::{FanId, Revocation, RevocationScope, SessionGeneration, SignIn, Timestamp};

/// The most sessions that are kept one by one: about 120 MB.
const MAX_SESSIONS: usize = 4_000_000;
/// The most fans that are kept one by one: about 75 MB.
const MAX_FANS: usize = 1_000_000;

/// The revoked sessions: single ones, those of a fan, and those of all fans.
pub(super) struct RevokedSessions {
    pub(super) sessions: ExpiryBuckets,
    pub(super) fans: HashMap<FanId, RevokedFan>,
    /// Sessions of all fans that began before this generation are revoked.
    all_before: SessionGeneration,
    max_fans: usize,
}

/// The revocation of a fan's sessions that began before `generation`.
pub(super) struct RevokedFan {
    generation: SessionGeneration,
    expires_at: Timestamp,
}

impl Default for RevokedSessions {
    fn default() -> Self {
        Self::with_limits(MAX_SESSIONS, MAX_FANS)
    }
}

impl RevokedSessions {
    pub(super) fn with_limits(max_sessions: usize, max_fans: usize) -> Self {
        Self {
            sessions: ExpiryBuckets::with_limit(max_sessions),
            fans: HashMap::new(),
            all_before: SessionGeneration::default(),
            max_fans,
        }
    }

    pub(super) fn contains(&self, sign_in: &SignIn) -> bool {
        let of_fan = self.fans.get(&sign_in.fan_id);
        sign_in.generation < self.all_before
            || of_fan.is_some_and(|fan| sign_in.generation < fan.generation)
            || self.sessions.contains(sign_in.sid, sign_in.forgettable_at())
    }

    /// Adds a revocation. False if it is known already.
    pub(super) fn add(&mut self, revocation: &Revocation) -> bool {
        match revocation.scope {
            RevocationScope::Session(sid) => self.sessions.add(sid, revocation.expires_at),
            RevocationScope::Fan { fan, generation, .. } => self.add_fan(fan, generation, revocation.expires_at),
            RevocationScope::All { generation } => {
                let is_new = self.all_before < generation;
                self.all_before = self.all_before.max(generation);
                is_new
            }
        }
    }

    pub(super) fn drop_expired(&mut self, now: Timestamp) {
        self.sessions.drop_expired(now);
        self.fans.retain(|_, fan| now < fan.expires_at);
    }

    fn add_fan(&mut self, fan: FanId, generation: SessionGeneration, expires_at: Timestamp) -> bool {
        if generation <= self.all_before {
            return false;
        }
        if self.fans.len() >= self.max_fans && !self.fans.contains_key(&fan) {
            tracing::error!(
                fans = self.fans.len(),
                "too many fans were signed out to keep each: all sessions end"
            );
            let latest = self.fans.values().map(|fan| fan.generation).max().unwrap_or_default();
            self.all_before = self.all_before.max(latest).max(generation);
            self.fans = HashMap::new();
            return true;
        }
        let revoked = self.fans.entry(fan).or_insert(RevokedFan {
            generation: SessionGeneration::default(),
            expires_at,
        });
        let is_new = revoked.generation < generation;
        revoked.generation = revoked.generation.max(generation);
        revoked.expires_at = revoked.expires_at.max(expires_at);
        is_new
    }
}

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::domain::{FanId, Revocation, RevocationScope, SessionGeneration, SessionId, SignIn, Timestamp};

/// RevocationScope sessions that expire within the same ten minutes are kept, found and dropped together.
const BUCKET_SECONDS: i64 = 600;

/// More ended sessions are not kept one by one: some 120 MB.
const MOST_SESSIONS: usize = 4_000_000;
/// More fans are not kept one by one: some 75 MB.
const MOST_FANS: usize = 1_000_000;

/// What this process knows of sessions that ended before their time: the copy in memory, by which they are judged.
/// Clones share it.
#[derive(Clone, Default)]
pub struct RevocationList {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    copy: RwLock<Revocations>,
    is_complete: AtomicBool,
}

/// What is known of a session that is not over by its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationStatus {
    /// It was not ended.
    Good,
    /// It was ended.
    RevocationScope,
    /// Nobody has told this process yet which sessions were ended.
    Unknown,
}

impl RevocationList {
    /// Judges a session.
    pub fn standing(&self, sign_in: &SignIn) -> RevocationStatus {
        let copy = self.shared.copy.read().unwrap_or_else(PoisonError::into_inner);
        match (copy.ends(sign_in), self.is_complete()) {
            (true, _) => RevocationStatus::RevocationScope,
            (false, true) => RevocationStatus::Good,
            (false, false) => RevocationStatus::Unknown,
        }
    }

    /// From now on a session was ended only if it is known here.
    pub fn complete(&self) {
        self.shared.is_complete.store(true, Ordering::Release);
    }

    /// Whether that is so.
    pub fn is_complete(&self) -> bool {
        self.shared.is_complete.load(Ordering::Acquire)
    }

    /// Takes a revocation in; says whether it was news, as far as can be told.
    pub fn add(&self, revocation: &Revocation) -> bool {
        self.change(|copy| copy.add(revocation))
    }

    /// Drops what would be over anyway.
    pub fn drop_expired(&self, now: Timestamp) {
        self.change(|copy| copy.drop_expired(now));
    }

    fn change<T>(&self, change: impl FnOnce(&mut Revocations) -> T) -> T {
        change(&mut self.shared.copy.write().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Revocations {
    buckets: BTreeMap<i64, Bucket>,
    sessions: usize,
    fans: HashMap<FanId, EndedFan>,
    all: SessionGeneration,
    most_sessions: usize,
    most_fans: usize,
}

enum Bucket {
    These(HashSet<SessionId>),
    /// There were too many to keep: whoever has a session of this bucket signs in once more.
    Everyone,
}

struct EndedFan {
    generation: SessionGeneration,
    expires_at: Timestamp,
}

impl Default for Revocations {
    fn default() -> Self {
        Self::with_limits(MOST_SESSIONS, MOST_FANS)
    }
}

impl Revocations {
    fn with_limits(most_sessions: usize, most_fans: usize) -> Self {
        Self {
            buckets: BTreeMap::new(),
            sessions: 0,
            fans: HashMap::new(),
            all: SessionGeneration::default(),
            most_sessions,
            most_fans,
        }
    }

    /// Whether a session was ended.
    pub fn ends(&self, sign_in: &SignIn) -> bool {
        if sign_in.generation < self.all {
            return true;
        }
        let of_fan = self.fans.get(&sign_in.fan_id);
        if of_fan.is_some_and(|fan| sign_in.generation < fan.generation) {
            return true;
        }
        match self.buckets.get(&bucket(sign_in.forgettable_at())) {
            Some(Bucket::These(sids)) => sids.contains(&sign_in.sid),
            Some(Bucket::Everyone) => true,
            None => false,
        }
    }

    /// Takes a revocation in; says whether it was news, as far as this copy can tell.
    pub fn add(&mut self, revocation: &Revocation) -> bool {
        match revocation.scope {
            RevocationScope::Session(sid) => self.add_session(sid, revocation.expires_at),
            RevocationScope::Fan { fan, generation, .. } => self.add_fan(fan, generation, revocation.expires_at),
            RevocationScope::All { generation } => {
                let is_news = self.all < generation;
                self.all = self.all.max(generation);
                is_news
            }
        }
    }

    /// Drops what would be over anyway.
    pub fn drop_expired(&mut self, now: Timestamp) {
        let kept = self.buckets.split_off(&bucket(now));
        let dropped = std::mem::replace(&mut self.buckets, kept);
        self.sessions -= dropped.values().map(Bucket::len).sum::<usize>();
        self.fans.retain(|_, fan| now < fan.expires_at);
    }

    fn add_session(&mut self, sid: SessionId, expires_at: Timestamp) -> bool {
        let empty = || Bucket::These(HashSet::new());
        let bucket = self.buckets.entry(bucket(expires_at)).or_insert_with(empty);
        // Which of everyone were ended is not known here any more; elsewhere it may be.
        let Bucket::These(sids) = bucket else {
            return true;
        };
        let is_news = sids.insert(sid);
        if is_news {
            self.sessions += 1;
            self.make_room();
        }
        is_news
    }

    /// Never the newest bucket: sessions that begin now belong to it, and nobody could sign in.
    fn make_room(&mut self) {
        if self.sessions <= self.most_sessions {
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
            *largest = Bucket::Everyone;
        }
    }

    fn add_fan(&mut self, fan: FanId, generation: SessionGeneration, expires_at: Timestamp) -> bool {
        if generation <= self.all {
            return false;
        }
        if self.fans.len() >= self.most_fans && !self.fans.contains_key(&fan) {
            tracing::error!(
                fans = self.fans.len(),
                "too many fans were signed out to keep each: all sessions end"
            );
            let latest = self.fans.values().map(|fan| fan.generation).max().unwrap_or_default();
            self.all = self.all.max(latest).max(generation);
            self.fans = HashMap::new();
            return true;
        }
        let known = self.fans.entry(fan).or_insert(EndedFan {
            generation: SessionGeneration::default(),
            expires_at,
        });
        let is_news = known.generation < generation;
        known.generation = known.generation.max(generation);
        known.expires_at = known.expires_at.max(expires_at);
        is_news
    }
}

impl Bucket {
    fn len(&self) -> usize {
        match self {
            Self::These(sids) => sids.len(),
            Self::Everyone => 0,
        }
    }
}

fn bucket(expires_at: Timestamp) -> i64 {
    expires_at.unix_seconds().div_euclid(BUCKET_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AppId, Clock, OpenId, Random};

    const UNTIL: Timestamp = Timestamp::from_unix_seconds(1_795_438_800);

    fn sign_in(generation: i64, until: Timestamp) -> SignIn {
        SignIn {
            app_id: AppId::parse("wx0000000000000001").unwrap(),
            sid: SessionId::generate(&Random::system()),
            fan_id: FanId::generate(&Clock::system(), &Random::system()),
            openid: OpenId::parse("oMade-Up").unwrap(),
            signed_in_at: until.plus_seconds(-3600),
            until,
            generation: SessionGeneration::new(generation),
        }
    }

    fn revocation(scope: RevocationScope) -> Revocation {
        Revocation {
            scope,
            revoked_at: UNTIL.plus_seconds(-60),
            expires_at: UNTIL.plus_seconds(60),
        }
    }

    fn logout(sign_in: &SignIn) -> Revocation {
        Revocation {
            expires_at: sign_in.forgettable_at(),
            ..revocation(RevocationScope::Session(sign_in.sid))
        }
    }

    fn signed_out(fan: FanId, generation: i64) -> Revocation {
        let generation = SessionGeneration::new(generation);
        revocation(RevocationScope::Fan {
            fan,
            generation,
            forgotten: false,
        })
    }

    #[test]
    fn a_logout_ends_its_session_and_no_other() {
        let mut known = Revocations::default();
        let (one, other) = (sign_in(0, UNTIL), sign_in(0, UNTIL));
        assert!(known.add(&logout(&one)));
        assert!(!known.add(&logout(&one)), "that is no news");
        assert!(known.ends(&one) && !known.ends(&other));
    }

    #[test]
    fn a_sign_out_ends_what_began_before_its_epoch() {
        let mut known = Revocations::default();
        let before = sign_in(6, UNTIL);
        let after = SignIn {
            generation: SessionGeneration::new(7),
            ..before.clone()
        };
        assert!(known.add(&signed_out(before.fan_id, 7)));
        assert!(known.ends(&before) && !known.ends(&after) && !known.ends(&sign_in(6, UNTIL)));
        assert!(
            !known.add(&signed_out(before.fan_id, 5)),
            "an older one that comes late is no news"
        );
        assert!(!known.ends(&after));
    }

    #[test]
    fn a_sign_out_of_all_ends_what_began_before_its_epoch() {
        let mut known = Revocations::default();
        let generation = SessionGeneration::new(3);
        assert!(known.add(&revocation(RevocationScope::All { generation })));
        assert!(!known.add(&revocation(RevocationScope::All { generation })));
        assert!(known.ends(&sign_in(2, UNTIL)) && !known.ends(&sign_in(3, UNTIL)));
    }

    #[test]
    fn what_is_over_is_dropped_and_nothing_before() {
        let mut known = Revocations::default();
        let (ended, fan) = (sign_in(0, UNTIL), sign_in(0, UNTIL));
        known.add(&logout(&ended));
        known.add(&signed_out(fan.fan_id, 1));
        known.drop_expired(UNTIL);
        assert!(known.ends(&ended) && known.ends(&fan));
        known.drop_expired(UNTIL.plus_seconds(60 + BUCKET_SECONDS));
        assert!(known.buckets.is_empty() && known.fans.is_empty());
        assert_eq!(known.sessions, 0);
    }

    #[test]
    fn too_many_sessions_end_a_whole_generation_but_never_the_newest() {
        let mut known = Revocations::with_limits(4, 1);
        let (older, newest) = (UNTIL, UNTIL.plus_seconds(BUCKET_SECONDS));
        let kept: Vec<_> = (0..2).map(|_| sign_in(0, older)).collect();
        kept.iter().for_each(|sign_in| assert!(known.add(&logout(sign_in))));
        for _ in 0..10 {
            known.add(&logout(&sign_in(0, newest)));
        }
        assert!(known.ends(&sign_in(0, older)), "the older bucket went as a whole");
        assert!(
            known.add(&logout(&sign_in(0, older))),
            "whether the database knows this one is open"
        );
        assert!(kept.iter().all(|sign_in| known.ends(sign_in)));
        assert!(!known.ends(&sign_in(0, newest)), "whoever signs in now is in");
        assert_eq!(known.sessions, 10);
    }

    #[test]
    fn too_many_fans_end_all_sessions_that_began_until_then() {
        let mut known = Revocations::with_limits(4, 2);
        let fans = [sign_in(0, UNTIL), sign_in(0, UNTIL), sign_in(0, UNTIL)];
        for (fan, generation) in fans.iter().zip(1..) {
            assert!(known.add(&signed_out(fan.fan_id, generation)));
        }
        assert!(fans.iter().all(|fan| known.ends(fan)));
        assert!(known.ends(&sign_in(2, UNTIL)) && !known.ends(&sign_in(3, UNTIL)));
    }
}

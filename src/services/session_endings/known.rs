use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    domain::{Ended, FanId, SessionEnding, SessionId, SignOutEpoch, Timestamp},
    services::sessions::SignIn,
};

/// Ended sessions that expire within the same ten minutes are kept, found and dropped together.
const GENERATION_SECONDS: i64 = 600;

/// More ended sessions are not kept one by one: some 120 MB.
const MOST_SESSIONS: usize = 4_000_000;
/// More fans are not kept one by one: some 75 MB.
const MOST_FANS: usize = 1_000_000;

/// What this process knows of sessions that ended before their time: the copy in memory, by which they are judged.
/// Clones share it.
#[derive(Clone, Default)]
pub struct KnownEndings {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    copy: RwLock<Endings>,
    is_complete: AtomicBool,
}

/// What is known of a session that is not over by its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was not ended.
    Good,
    /// It was ended.
    Ended,
    /// Nobody has told this process yet which sessions were ended.
    Unknown,
}

impl KnownEndings {
    /// Judges a session.
    pub fn standing(&self, sign_in: &SignIn) -> Standing {
        let copy = self.shared.copy.read().unwrap_or_else(PoisonError::into_inner);
        match (copy.ends(sign_in), self.is_complete()) {
            (true, _) => Standing::Ended,
            (false, true) => Standing::Good,
            (false, false) => Standing::Unknown,
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

    /// Takes an ending in; says whether it was news, as far as can be told.
    pub fn add(&self, ending: &SessionEnding) -> bool {
        self.change(|copy| copy.add(ending))
    }

    /// Drops what would be over anyway.
    pub fn drop_expired(&self, now: Timestamp) {
        self.change(|copy| copy.drop_expired(now));
    }

    fn change<T>(&self, change: impl FnOnce(&mut Endings) -> T) -> T {
        change(&mut self.shared.copy.write().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Endings {
    generations: BTreeMap<i64, Generation>,
    sessions: usize,
    fans: HashMap<FanId, EndedFan>,
    all: SignOutEpoch,
    most_sessions: usize,
    most_fans: usize,
}

enum Generation {
    These(HashSet<SessionId>),
    /// There were too many to keep: whoever has a session of this generation signs in once more.
    Everyone,
}

struct EndedFan {
    epoch: SignOutEpoch,
    expires_at: Timestamp,
}

impl Default for Endings {
    fn default() -> Self {
        Self::with_limits(MOST_SESSIONS, MOST_FANS)
    }
}

impl Endings {
    fn with_limits(most_sessions: usize, most_fans: usize) -> Self {
        Self {
            generations: BTreeMap::new(),
            sessions: 0,
            fans: HashMap::new(),
            all: SignOutEpoch::default(),
            most_sessions,
            most_fans,
        }
    }

    /// Whether a session was ended.
    pub fn ends(&self, sign_in: &SignIn) -> bool {
        if sign_in.epoch < self.all {
            return true;
        }
        let of_fan = self.fans.get(&sign_in.fan_id);
        if of_fan.is_some_and(|fan| sign_in.epoch < fan.epoch) {
            return true;
        }
        match self.generations.get(&generation(sign_in.forgettable_at())) {
            Some(Generation::These(sids)) => sids.contains(&sign_in.sid),
            Some(Generation::Everyone) => true,
            None => false,
        }
    }

    /// Takes an ending in; says whether it was news, as far as this copy can tell.
    pub fn add(&mut self, ending: &SessionEnding) -> bool {
        match ending.ended {
            Ended::Session(sid) => self.add_session(sid, ending.expires_at),
            Ended::Fan { fan, epoch, .. } => self.add_fan(fan, epoch, ending.expires_at),
            Ended::All { epoch } => {
                let is_news = self.all < epoch;
                self.all = self.all.max(epoch);
                is_news
            }
        }
    }

    /// Drops what would be over anyway.
    pub fn drop_expired(&mut self, now: Timestamp) {
        let kept = self.generations.split_off(&generation(now));
        let dropped = std::mem::replace(&mut self.generations, kept);
        self.sessions -= dropped.values().map(Generation::len).sum::<usize>();
        self.fans.retain(|_, fan| now < fan.expires_at);
    }

    fn add_session(&mut self, sid: SessionId, expires_at: Timestamp) -> bool {
        let empty = || Generation::These(HashSet::new());
        let generation = self.generations.entry(generation(expires_at)).or_insert_with(empty);
        // Which of everyone were ended is not known here any more; elsewhere it may be.
        let Generation::These(sids) = generation else {
            return true;
        };
        let is_news = sids.insert(sid);
        if is_news {
            self.sessions += 1;
            self.make_room();
        }
        is_news
    }

    /// Never the newest generation: sessions that begin now belong to it, and nobody could sign in.
    fn make_room(&mut self) {
        if self.sessions <= self.most_sessions {
            return;
        }
        let older = self.generations.iter_mut().rev().skip(1);
        if let Some((_, largest)) = older.max_by_key(|(_, generation)| generation.len())
            && largest.len() > 0
        {
            self.sessions -= largest.len();
            tracing::error!(
                sessions = largest.len(),
                "too many sessions were ended to keep each: all that expire within the same ten minutes end"
            );
            *largest = Generation::Everyone;
        }
    }

    fn add_fan(&mut self, fan: FanId, epoch: SignOutEpoch, expires_at: Timestamp) -> bool {
        if epoch <= self.all {
            return false;
        }
        if self.fans.len() >= self.most_fans && !self.fans.contains_key(&fan) {
            tracing::error!(
                fans = self.fans.len(),
                "too many fans were signed out to keep each: all sessions end"
            );
            let latest = self.fans.values().map(|fan| fan.epoch).max().unwrap_or_default();
            self.all = self.all.max(latest).max(epoch);
            self.fans = HashMap::new();
            return true;
        }
        let known = self.fans.entry(fan).or_insert(EndedFan {
            epoch: SignOutEpoch::default(),
            expires_at,
        });
        let is_news = known.epoch < epoch;
        known.epoch = known.epoch.max(epoch);
        known.expires_at = known.expires_at.max(expires_at);
        is_news
    }
}

impl Generation {
    fn len(&self) -> usize {
        match self {
            Self::These(sids) => sids.len(),
            Self::Everyone => 0,
        }
    }
}

fn generation(expires_at: Timestamp) -> i64 {
    expires_at.unix_seconds().div_euclid(GENERATION_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AppId, Clock, Entropy, OpenId};

    const UNTIL: Timestamp = Timestamp::from_unix_seconds(1_795_438_800);

    fn sign_in(epoch: i64, until: Timestamp) -> SignIn {
        SignIn {
            app_id: AppId::parse("wx0000000000000001").unwrap(),
            sid: SessionId::generate(&Entropy::system()).unwrap(),
            fan_id: FanId::generate(&Clock::system(), &Entropy::system()).unwrap(),
            openid: OpenId::parse("oMade-Up").unwrap(),
            signed_in_at: until.plus_seconds(-3600),
            until,
            epoch: SignOutEpoch::new(epoch),
        }
    }

    fn ending(ended: Ended) -> SessionEnding {
        SessionEnding {
            ended,
            ended_at: UNTIL.plus_seconds(-60),
            expires_at: UNTIL.plus_seconds(60),
        }
    }

    fn logout(sign_in: &SignIn) -> SessionEnding {
        SessionEnding {
            expires_at: sign_in.forgettable_at(),
            ..ending(Ended::Session(sign_in.sid))
        }
    }

    fn signed_out(fan: FanId, epoch: i64) -> SessionEnding {
        let epoch = SignOutEpoch::new(epoch);
        ending(Ended::Fan {
            fan,
            epoch,
            forgotten: false,
        })
    }

    #[test]
    fn a_logout_ends_its_session_and_no_other() {
        let mut known = Endings::default();
        let (one, other) = (sign_in(0, UNTIL), sign_in(0, UNTIL));
        assert!(known.add(&logout(&one)));
        assert!(!known.add(&logout(&one)), "that is no news");
        assert!(known.ends(&one) && !known.ends(&other));
    }

    #[test]
    fn a_sign_out_ends_what_began_before_its_epoch() {
        let mut known = Endings::default();
        let before = sign_in(6, UNTIL);
        let after = SignIn {
            epoch: SignOutEpoch::new(7),
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
        let mut known = Endings::default();
        let epoch = SignOutEpoch::new(3);
        assert!(known.add(&ending(Ended::All { epoch })));
        assert!(!known.add(&ending(Ended::All { epoch })));
        assert!(known.ends(&sign_in(2, UNTIL)) && !known.ends(&sign_in(3, UNTIL)));
    }

    #[test]
    fn what_is_over_is_dropped_and_nothing_before() {
        let mut known = Endings::default();
        let (ended, fan) = (sign_in(0, UNTIL), sign_in(0, UNTIL));
        known.add(&logout(&ended));
        known.add(&signed_out(fan.fan_id, 1));
        known.drop_expired(UNTIL);
        assert!(known.ends(&ended) && known.ends(&fan));
        known.drop_expired(UNTIL.plus_seconds(60 + GENERATION_SECONDS));
        assert!(known.generations.is_empty() && known.fans.is_empty());
        assert_eq!(known.sessions, 0);
    }

    #[test]
    fn too_many_sessions_end_a_whole_generation_but_never_the_newest() {
        let mut known = Endings::with_limits(4, 1);
        let (older, newest) = (UNTIL, UNTIL.plus_seconds(GENERATION_SECONDS));
        let kept: Vec<_> = (0..2).map(|_| sign_in(0, older)).collect();
        kept.iter().for_each(|sign_in| assert!(known.add(&logout(sign_in))));
        for _ in 0..10 {
            known.add(&logout(&sign_in(0, newest)));
        }
        assert!(known.ends(&sign_in(0, older)), "the older generation went as a whole");
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
        let mut known = Endings::with_limits(4, 2);
        let fans = [sign_in(0, UNTIL), sign_in(0, UNTIL), sign_in(0, UNTIL)];
        for (fan, epoch) in fans.iter().zip(1..) {
            assert!(known.add(&signed_out(fan.fan_id, epoch)));
        }
        assert!(fans.iter().all(|fan| known.ends(fan)));
        assert!(known.ends(&sign_in(2, UNTIL)) && !known.ends(&sign_in(3, UNTIL)));
    }
}

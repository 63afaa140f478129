use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use super::{
    contract::{Contract, Window, is_complete, wrongs},
    phone::{End, Kind, Login, Seen},
    scene::Scene,
};

/// What may come on top of a time limit where nothing else is wrong.
const NOISE: Duration = Duration::from_millis(300);

/// The result of all logins of a fault run.
pub struct Audit {
    pub tried: usize,
    /// Fans whose registration succeeded.
    pub saved: usize,
    /// How many of these the database has.
    pub found: usize,
    /// What should not have happened.
    pub wrong: Vec<String>,
    /// Pages that were seen, by status.
    pub pages: BTreeMap<u16, usize>,
    /// Connections that broke under a fan.
    pub broken: usize,
    /// The slowest response to a login that the fault touched.
    pub slowest: Duration,
    /// The slowest response to any other.
    slowest_otherwise: Duration,
    /// From the end of the fault to the beginning of the last login that noticed anything.
    pub recovery: Duration,
}

impl Audit {
    /// `reloaded` are logins that were completed by loading their page again.
    pub fn of(contract: &Contract, window: &Window, scene: &Scene, logins: &[Login], reloaded: &[Login]) -> Self {
        let all = || logins.iter().chain(reloaded);
        let is_saved = |login: &&Login| login.kind == Kind::Registration && login.end == End::SignedIn;
        let saved: HashSet<&str> = all().filter(is_saved).map(|login| login.openid.as_str()).collect();
        let stored = scene.database.openids();
        let cache_failed = scene
            .replicas
            .iter()
            .any(|replica| replica.warned("the cache is down") > 0);
        let mut wrong: Vec<String> = logins
            .iter()
            .flat_map(|login| wrongs(contract, window, login))
            .collect();
        // A grant outlives the database in the cache; where a busy machine made Redis late at the same moment, it is gone.
        let is_excused = |login: &Login| cache_failed && login.seen == [Seen::Page(502)];
        let not_mended = reloaded
            .iter()
            .filter(|login| !is_complete(login) && !is_excused(login));
        wrong.extend(
            not_mended.map(|login| format!("{:?} loaded again ended {:?} {:?}", login.kind, login.end, login.seen)),
        );
        let seen = || logins.iter().flat_map(|login| &login.seen);
        let mut pages = BTreeMap::new();
        for seen in seen() {
            if let Seen::Page(status) = seen {
                *pages.entry(*status).or_default() += 1;
            }
        }
        let late = logins.iter().filter(|login| !login.seen.is_empty());
        let late = late.map(|login| login.began.saturating_duration_since(window.ended));
        let slowest = |touched| {
            let logins = logins.iter().filter(|login| window.touches(login) == touched);
            logins.map(|login| login.slowest).max().unwrap_or_default()
        };
        Self {
            tried: logins.len(),
            saved: saved.len(),
            found: saved.iter().filter(|openid| stored.contains(**openid)).count(),
            wrong,
            pages,
            broken: seen().filter(|seen| **seen == Seen::Broken).count(),
            slowest: slowest(true),
            slowest_otherwise: slowest(false),
            recovery: late.max().unwrap_or_default(),
        }
    }

    /// Asserts that no response took longer. What else the machine does shows in the responses without the fault.
    pub fn assert_responses_within(&self, limit: Duration) {
        let limit = limit + NOISE + self.slowest_otherwise * 3;
        assert!(
            self.slowest < limit,
            "a response took {:?}, longer than {limit:?}",
            self.slowest
        );
    }

    pub fn lost(&self) -> usize {
        self.saved - self.found
    }
}

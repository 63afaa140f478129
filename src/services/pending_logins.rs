//! Logins that were begun in a browser and whose callback has not come back: one sealed cookie each.

use serde::{Deserialize, Serialize};

use super::sealing::{KeyUse, SealError, Sealer};
use crate::{
    domain::{AppId, Clock, Entropy, LoginState, NextPath, Notice, Scope, Timestamp},
    settings::SessionKey,
};

/// Seconds within which a callback must come back.
pub const LOGIN_SECONDS: u32 = 600;

/// Pending logins of one browser at most; the oldest goes first.
const AT_MOST: usize = 5;

/// Cookies that one answer takes away at most; a browser that was filled with forged ones loses the others next time.
const FORGOTTEN_AT_ONCE: usize = 20;

/// One login on its way through the authorize page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLogin {
    /// What the callback must bring back.
    pub state: LoginState,
    /// What was asked for.
    pub scope: Scope,
    /// Where the fan goes afterwards.
    pub next: NextPath,
    /// The notice that the fan had read when it began.
    pub notice: Notice,
    /// When it began.
    pub begun_at: Timestamp,
    /// Grows from one login of a browser to the next, for several may begin within a second. 0 in cookies of versions
    /// that did not count.
    #[serde(default)]
    pub number: u64,
}

/// What a login is begun with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRequest {
    /// What is asked for.
    pub scope: Scope,
    /// Where the fan goes afterwards.
    pub next: NextPath,
    /// The notice that the fan has read.
    pub notice: Notice,
}

impl LoginRequest {
    /// A silent login, which asks the fan for nothing.
    pub fn silent(next: NextPath) -> Self {
        Self {
            scope: Scope::Base,
            next,
            notice: Notice::CURRENT,
        }
    }
}

/// A cookie as the browser sent it.
#[derive(Clone, PartialEq, Eq)]
pub struct SentCookie {
    /// Its name, not decoded.
    pub name: String,
    /// Its value, not decoded.
    pub value: String,
}

/// What the browser is to do with one cookie.
#[derive(Clone, PartialEq, Eq)]
pub struct CookieChange {
    /// Its name.
    pub name: String,
    /// Its new value and life in seconds; none: forget it.
    pub value: Option<(String, u32)>,
}

/// Makes and recognises the cookies of pending logins.
#[derive(Debug, Clone)]
pub struct PendingLogins {
    logins: Sealer,
    clock: Clock,
    entropy: Entropy,
    name_prefix: &'static str,
}

impl PendingLogins {
    /// `secure`: whether the site is served over https, so that the browser can be told to guard the names too.
    pub fn new(key: &SessionKey, app_id: &AppId, clock: Clock, entropy: Entropy, secure: bool) -> Self {
        let name_prefix = if secure {
            "__Host-fanpass_login_"
        } else {
            "fanpass_login_"
        };
        let logins = Sealer::derive(key, app_id, KeyUse::PendingLogin, entropy.clone());
        Self {
            logins,
            clock,
            entropy,
            name_prefix,
        }
    }

    /// Whether a cookie of this name could be one of these.
    pub fn is_ours(&self, name: &str) -> bool {
        name.starts_with(self.name_prefix)
    }

    /// Begins a login: the pending login, and the cookies that make the browser remember it.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn begin(
        &self,
        request: LoginRequest,
        sent: &[SentCookie],
    ) -> Result<(PendingLogin, Vec<CookieChange>), SealError> {
        let state = LoginState::random(&self.entropy)?;
        let LoginRequest { scope, next, notice } = request;
        let Sorted { live, mut dropped } = self.sort(sent);
        let highest = live.last().map_or(0, |newest| newest.number);
        let login = PendingLogin {
            state,
            scope,
            next,
            notice,
            begun_at: self.clock.now(),
            number: highest.saturating_add(1),
        };
        let name = self.cookie_name(&login.state);
        let sealed = self.logins.seal(&login, &name)?;
        let surplus = live.len().saturating_sub(AT_MOST - 1);
        dropped.extend(live.iter().take(surplus).map(|login| login.name));
        let mut changes = forgotten(dropped);
        changes.push(CookieChange {
            name,
            value: Some((sealed, LOGIN_SECONDS)),
        });
        Ok((login, changes))
    }

    /// This browser's pending login with this state, if it has one that is not too old.
    pub fn find(&self, state: &LoginState, sent: &[SentCookie]) -> Option<PendingLogin> {
        let name = self.cookie_name(state);
        let mut logins = sent
            .iter()
            .filter(|cookie| cookie.name == name)
            .filter_map(|cookie| self.open(cookie));
        logins.find(|login| login.state == *state)
    }

    /// Forgets a login whose callback has come back.
    pub fn forget(&self, state: &LoginState) -> CookieChange {
        CookieChange {
            name: self.cookie_name(state),
            value: None,
        }
    }

    fn cookie_name(&self, state: &LoginState) -> String {
        format!("{}{}", self.name_prefix, state.short_hash())
    }

    fn open(&self, cookie: &SentCookie) -> Option<PendingLogin> {
        let login: PendingLogin = self.logins.open(&cookie.value, &cookie.name)?;
        self.is_recent(login.begun_at, LOGIN_SECONDS).then_some(login)
    }

    fn is_recent(&self, moment: Timestamp, seconds: u32) -> bool {
        // A minute of grace for the clocks of other replicas.
        (-60..=i64::from(seconds)).contains(&self.clock.now().seconds_since(moment))
    }

    /// The pending logins of a browser, the oldest first, and which cookies hold none.
    fn sort<'a>(&self, sent: &'a [SentCookie]) -> Sorted<'a> {
        let ours = sent.iter().filter(|cookie| self.is_ours(&cookie.name));
        let (mut live, mut dropped) = (Vec::new(), Vec::new());
        for cookie in ours {
            let name = cookie.name.as_str();
            match self.open(cookie) {
                Some(login) => live.push(Live {
                    number: login.number,
                    begun_at: login.begun_at,
                    name,
                }),
                None => dropped.push(name),
            }
        }
        live.sort_unstable();
        live.dedup();
        // A forged cookie beside a good one of the same name does not take it along.
        dropped.retain(|name| live.iter().all(|login| login.name != *name));
        Sorted { live, dropped }
    }
}

/// A pending login of a browser. The order of the fields is that of age: two tabs that began at the same moment have the
/// same number.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Live<'a> {
    number: u64,
    begun_at: Timestamp,
    name: &'a str,
}

struct Sorted<'a> {
    /// The oldest first.
    live: Vec<Live<'a>>,
    /// What cannot be opened or is too old.
    dropped: Vec<&'a str>,
}

/// Forgets these cookies, as many as one answer may. From the end: what makes room comes before what is only litter.
fn forgotten(names: Vec<&str>) -> Vec<CookieChange> {
    let names = names.into_iter().rev().take(FORGOTTEN_AT_ONCE);
    names
        .map(|name| CookieChange {
            name: name.to_owned(),
            value: None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending_logins(clock: &Clock) -> PendingLogins {
        logins_of(1, clock)
    }

    fn logins_of(account: u8, clock: &Clock) -> PendingLogins {
        let app_id = AppId::parse(&format!("wx{account:016}")).unwrap();
        PendingLogins::new(
            &SessionKey::new([7; 64]),
            &app_id,
            clock.clone(),
            Entropy::system(),
            true,
        )
    }

    fn apply(jar: &mut Vec<SentCookie>, changes: Vec<CookieChange>) {
        for change in changes {
            jar.retain(|cookie| cookie.name != change.name);
            if let Some((value, _)) = change.value {
                jar.push(SentCookie {
                    name: change.name,
                    value,
                });
            }
        }
    }

    #[test]
    fn a_login_is_found_by_its_state_in_its_own_browser_only() {
        let logins = pending_logins(&Clock::system());
        let mut jar = Vec::new();
        let (login, changes) = logins
            .begin(LoginRequest::silent(NextPath::parse("/photos")), &jar)
            .unwrap();
        apply(&mut jar, changes);
        assert_eq!(logins.find(&login.state, &jar), Some(login.clone()));
        assert_eq!(logins.find(&login.state, &[]), None);
        assert!(!jar[0].value.contains(login.state.expose()) && !jar[0].name.contains(login.state.expose()));
    }

    #[test]
    fn a_login_begun_at_another_account_with_the_same_key_is_unknown() {
        let clock = Clock::system();
        let mut jar = Vec::new();
        let (login, changes) = logins_of(1, &clock)
            .begin(LoginRequest::silent(NextPath::root()), &jar)
            .unwrap();
        apply(&mut jar, changes);
        assert!(logins_of(1, &clock).find(&login.state, &jar).is_some());
        assert_eq!(logins_of(2, &clock).find(&login.state, &jar), None);
    }

    #[test]
    fn two_tabs_do_not_overwrite_each_other_and_cookies_cannot_be_swapped() {
        let logins = pending_logins(&Clock::system());
        let (first, first_cookies) = logins.begin(LoginRequest::silent(NextPath::root()), &[]).unwrap();
        let (second, second_cookies) = logins.begin(LoginRequest::silent(NextPath::root()), &[]).unwrap();
        let mut jar = Vec::new();
        apply(&mut jar, first_cookies);
        apply(&mut jar, second_cookies);
        assert_eq!(logins.find(&first.state, &jar), Some(first.clone()));
        assert_eq!(logins.find(&second.state, &jar), Some(second));
        let swapped = SentCookie {
            name: jar[0].name.clone(),
            value: jar[1].value.clone(),
        };
        assert_eq!(logins.find(&first.state, &[swapped]), None);
    }

    #[test]
    fn a_login_is_forgotten_after_ten_minutes() {
        let clock = Clock::system();
        let logins = pending_logins(&clock);
        let mut jar = Vec::new();
        let (login, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
        apply(&mut jar, changes);
        clock.advance(590);
        assert!(logins.find(&login.state, &jar).is_some());
        clock.advance(20);
        assert_eq!(logins.find(&login.state, &jar), None);
    }

    #[test]
    fn a_browser_keeps_five_and_drops_the_oldest_and_the_unreadable() {
        let clock = Clock::system();
        let logins = pending_logins(&clock);
        let broken = format!("{}broken", logins.name_prefix);
        let mut jar = vec![SentCookie {
            name: broken.clone(),
            value: "broken".to_owned(),
        }];
        let mut begun = Vec::new();
        for _ in 0..7 {
            let (login, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
            apply(&mut jar, changes);
            begun.push(login.state);
            clock.advance(1);
        }
        let found: Vec<bool> = begun.iter().map(|state| logins.find(state, &jar).is_some()).collect();
        assert_eq!(found, [false, false, true, true, true, true, true]);
        assert_eq!(jar.len(), 5);
        assert!(jar.iter().all(|cookie| cookie.name != broken));
    }

    #[test]
    fn of_logins_begun_within_one_second_the_oldest_is_dropped() {
        let clock = Clock::system();
        let logins = pending_logins(&clock);
        let mut jar = Vec::new();
        let mut begun = Vec::new();
        for _ in 0..20 {
            let (login, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
            apply(&mut jar, changes);
            begun.push(login.state);
            // Another replica's clock may even be behind.
            clock.advance(-1);
            let kept = begun.iter().rev().take(AT_MOST);
            assert!(
                kept.into_iter().all(|state| logins.find(state, &jar).is_some()),
                "after {}",
                begun.len()
            );
        }
    }

    #[test]
    fn a_login_begun_by_a_version_without_numbers_is_found_and_counts_as_the_oldest() {
        let logins = pending_logins(&Clock::system());
        let (login, _) = logins.begin(LoginRequest::silent(NextPath::root()), &[]).unwrap();
        let mut old = serde_json::to_value(&login).unwrap();
        old.as_object_mut().unwrap().remove("number").unwrap();
        let name = logins.cookie_name(&login.state);
        let value = logins.logins.seal(&old, &name).unwrap();
        let mut jar = vec![SentCookie { name, value }];
        for _ in 1..AT_MOST {
            let (_, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
            apply(&mut jar, changes);
        }
        assert_eq!(
            logins.find(&login.state, &jar),
            Some(PendingLogin {
                number: 0,
                ..login.clone()
            })
        );
        let (_, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
        apply(&mut jar, changes);
        assert_eq!(logins.find(&login.state, &jar), None);
    }

    #[test]
    fn forged_cookies_do_not_displace_good_ones_and_are_taken_away_by_and_by() {
        let logins = pending_logins(&Clock::system());
        let mut jar = Vec::new();
        let (login, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
        apply(&mut jar, changes);
        let forged = |name: String| SentCookie {
            name,
            value: "forged".to_owned(),
        };
        let mut sent = vec![forged(jar[0].name.clone())];
        sent.extend((0..1000).map(|number| forged(format!("{}{number:016x}", logins.name_prefix))));
        sent.extend(jar.clone());
        let (_, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &sent).unwrap();
        let taken = changes.iter().filter(|change| change.value.is_none());
        assert_eq!(taken.clone().count(), FORGOTTEN_AT_ONCE);
        assert!(taken.clone().all(|change| change.name != jar[0].name));
        assert_eq!(logins.find(&login.state, &sent), Some(login));
    }
}

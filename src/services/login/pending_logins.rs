//! Logins that have begun in a browser and whose callback has not arrived: one sealed cookie each.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{AppId, Clock, ConsentVersion, LoginState, NextPath, Random, Scope, Timestamp},
    services::sealing::{KeyUse, SealError, Sealer},
    settings::SessionKey,
};

/// Seconds within which the callback must arrive.
const LOGIN_TTL_SECONDS: u32 = 600;

/// Pending logins of one browser; the oldest makes room for another.
const MAX_PENDING_LOGINS: usize = 5;

/// Cookies that one response takes away; a browser that was filled with forged ones loses the others next time.
const MAX_FORGOTTEN_COOKIES: usize = 20;

/// One login on its way through the authorize page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLogin {
    /// What the callback must bring back.
    pub state: LoginState,
    /// Decides between recognising and registering the fan.
    pub scope: Scope,
    /// Where the fan goes afterwards.
    pub next: NextPath,
    /// The prompt that the fan had read before the login began.
    pub consent_version: ConsentVersion,
    /// For the end of the login's ten minutes.
    pub begun_at: Timestamp,
    /// Grows from one login of a browser to the next, for several may begin within a second. 0 in cookies of versions
    /// that did not count.
    #[serde(default)]
    pub number: u64,
}

/// A login that is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRequest {
    /// Decides between recognising and registering the fan.
    pub scope: Scope,
    /// Where the fan goes afterwards.
    pub next: NextPath,
    /// The prompt that the fan has read.
    pub consent_version: ConsentVersion,
}

impl LoginRequest {
    /// A silent login, which asks the fan for nothing.
    pub fn silent(next: NextPath) -> Self {
        Self {
            scope: Scope::Base,
            next,
            consent_version: ConsentVersion::CURRENT,
        }
    }
}

/// A cookie as the browser sent it.
#[derive(Clone, PartialEq, Eq)]
pub struct SentCookie {
    /// Not decoded.
    pub name: String,
    /// Not decoded.
    pub value: String,
}

/// What the browser is to do with one cookie.
#[derive(Clone, PartialEq, Eq)]
pub struct CookieChange {
    /// Not encoded: our names need no encoding.
    pub name: String,
    /// The new value and its TTL in seconds; none to forget the cookie.
    pub value: Option<(String, u32)>,
}

/// Makes and recognises the cookies of pending logins.
#[derive(Debug, Clone)]
pub struct PendingLogins {
    logins: Sealer,
    clock: Clock,
    random: Random,
    name_prefix: &'static str,
}

impl PendingLogins {
    /// `secure`: whether the site is served over https, so that the browser can be told to guard the names too.
    pub fn new(key: &SessionKey, app_id: &AppId, clock: Clock, random: Random, secure: bool) -> Self {
        let name_prefix = if secure {
            "__Host-fanpass_login_"
        } else {
            "fanpass_login_"
        };
        let logins = Sealer::derive(key, app_id, KeyUse::PendingLogin, random.clone());
        Self {
            logins,
            clock,
            random,
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
    /// [`SealError`] if a cookie cannot be sealed.
    pub fn begin(
        &self,
        request: LoginRequest,
        sent: &[SentCookie],
    ) -> Result<(PendingLogin, Vec<CookieChange>), SealError> {
        let state = LoginState::random(&self.random);
        let LoginRequest {
            scope,
            next,
            consent_version,
        } = request;
        let Sorted { live, mut dropped } = self.sort(sent);
        let highest = live.last().map_or(0, |newest| newest.number);
        let login = PendingLogin {
            state,
            scope,
            next,
            consent_version,
            begun_at: self.clock.now(),
            number: highest.saturating_add(1),
        };
        let name = self.cookie_name(&login.state);
        let sealed = self.logins.seal(&login, &name)?;
        let surplus = live.len().saturating_sub(MAX_PENDING_LOGINS - 1);
        dropped.extend(live.iter().take(surplus).map(|login| login.name));
        let mut changes = forgotten(dropped);
        changes.push(CookieChange {
            name,
            value: Some((sealed, LOGIN_TTL_SECONDS)),
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

    /// Forgets a login whose callback has arrived.
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
        self.is_recent(login.begun_at, LOGIN_TTL_SECONDS).then_some(login)
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
    /// The cookies that cannot be opened or are too old.
    dropped: Vec<&'a str>,
}

/// Forgets these cookies, as many as one response may. From the end: the logins that make room come before the cookies that hold
/// none.
fn forgotten(names: Vec<&str>) -> Vec<CookieChange> {
    let names = names.into_iter().rev().take(MAX_FORGOTTEN_COOKIES);
    names
        .map(|name| CookieChange {
            name: name.to_owned(),
            value: None,
        })
        .collect()
}

#[cfg(test)]
mod tests;

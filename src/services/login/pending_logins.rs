//! Pending logins: begun in a browser, and still without a callback. Each is one sealed cookie.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{AppId, Clock, ConsentVersion, LoginState, NextPath, Random, Scope, Timestamp},
    services::sealing::{KeyUse, SealError, Sealer},
    settings::SessionKeys,
};

/// Seconds within which the callback must arrive.
const LOGIN_TTL_SECONDS: u32 = 600;

/// Pending logins per browser. A further one replaces the oldest.
const MAX_PENDING_LOGINS: usize = 5;

/// Cookies that one response removes. If a browser was filled with forged ones, later responses remove the rest.
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
    /// The version of the prompt that the fan had read before the login began.
    pub consent_version: ConsentVersion,
    /// The login expires 600 seconds (`LOGIN_TTL_SECONDS`) later.
    pub begun_at: Timestamp,
    /// The same moment in milliseconds since 1970. 0 in cookies of older versions.
    #[serde(default)]
    pub begun_at_ms: i64,
    /// Grows with each login of a browser, because several may begin within one second. 0 in cookies of older versions,
    /// which have no number.
    #[serde(default)]
    pub number: u64,
}

impl PendingLogin {
    /// When the login began, in milliseconds since 1970.
    pub fn begun_ms(&self) -> i64 {
        let whole_seconds = self.begun_at.unix_seconds().saturating_mul(1000);
        self.begun_at_ms.max(whole_seconds)
    }
}

/// A login that is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRequest {
    /// Decides between recognising and registering the fan.
    pub scope: Scope,
    /// Where the fan goes afterwards.
    pub next: NextPath,
    /// The version of the prompt that the fan has read.
    pub consent_version: ConsentVersion,
    /// Whether the platform's consent page is shown in any case.
    pub force_popup: bool,
}

impl LoginRequest {
    /// A silent login, which asks the fan for nothing.
    pub fn silent(next: NextPath) -> Self {
        Self {
            scope: Scope::Base,
            next,
            consent_version: ConsentVersion::BUILT_IN,
            force_popup: false,
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

/// A cookie to set or to remove.
#[derive(Clone, PartialEq, Eq)]
pub struct CookieChange {
    /// Not encoded, because our names need no encoding.
    pub name: String,
    /// The new value and its TTL in seconds. None removes the cookie.
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
    /// `secure`: whether the site is served over https. Then the names have the prefix `__Host-`, which browsers enforce.
    pub fn new(keys: &SessionKeys, app_id: &AppId, clock: Clock, random: Random, secure: bool) -> Self {
        let name_prefix = if secure {
            "__Host-fanpass_login_"
        } else {
            "fanpass_login_"
        };
        let logins = Sealer::derive(keys, app_id, KeyUse::PendingLogin, random.clone());
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

    /// Begins a login. Returns the pending login and the cookies to set and to remove.
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
            force_popup: _,
        } = request;
        let Sorted { live, mut dropped } = self.sort(sent);
        let highest = live.last().map_or(0, |newest| newest.number);
        let begun_at_ms = i64::try_from(self.clock.now_precise().as_millis()).unwrap_or_default();
        let login = PendingLogin {
            state,
            scope,
            next,
            consent_version,
            begun_at: Timestamp::from_unix_seconds(begun_at_ms.div_euclid(1000)),
            begun_at_ms,
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

    /// This browser's pending login with this state, unless it has expired.
    pub fn find(&self, state: &LoginState, sent: &[SentCookie]) -> Option<PendingLogin> {
        let name = self.cookie_name(state);
        let mut logins = sent
            .iter()
            .filter(|cookie| cookie.name == name)
            .filter_map(|cookie| self.open(cookie));
        logins.find(|login| login.state == *state)
    }

    /// Removes the cookie of a login whose callback has arrived.
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

    /// Separates a browser's pending logins, the oldest first, from cookies that contain none.
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
        // A forged cookie does not remove a good one of the same name.
        dropped.retain(|name| live.iter().all(|login| login.name != *name));
        Sorted { live, dropped }
    }
}

/// A pending login of a browser. The fields are compared in this order to find the oldest: two tabs that began at the same
/// moment have the same number.
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

/// Removes these cookies, as many as one response may. It begins at the end, where the oldest logins are; before them come
/// the cookies without a login.
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

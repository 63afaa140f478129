//! Codes and tokens: what was granted, by whom, until when.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::chance::Chance;
use super::fans::Ended;
use super::grant::Grant;
use super::locked;
use super::shelf::Shelf;

/// 网页授权 / step 2: a code lives five minutes.
const CODE_SECONDS: i64 = 300;
/// How long a code is remembered, so that it is called used or expired rather than unknown.
const CODE_MEMORY_SECONDS: i64 = 3600;
/// 网页授权 / step 2: `expires_in`.
pub(super) const ACCESS_SECONDS: i64 = 7200;
/// 网页授权 / step 3: a refresh token lives thirty days.
const REFRESH_SECONDS: i64 = 30 * 86_400;
/// Codes, and tokens of either kind, that are kept; beyond it the oldest are forgotten.
const ROOM: usize = 200_000;

struct Code {
    grant: Arc<Grant>,
    made_at: i64,
    spent: bool,
}

/// A token that was handed out.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) grant: Arc<Grant>,
    expires_at: i64,
    serial: u64,
}

/// The tokens that an exchange hands out.
pub(super) struct Pair {
    pub(super) access_token: String,
    pub(super) refresh_token: String,
}

/// Everything that was granted.
pub(super) struct Grants {
    codes: Mutex<Shelf<Code>>,
    access: Mutex<Shelf<Token>>,
    refresh: Mutex<Shelf<Token>>,
    serial: AtomicU64,
}

impl Grants {
    pub(super) fn new() -> Self {
        Self {
            codes: Mutex::new(Shelf::new(ROOM)),
            access: Mutex::new(Shelf::new(ROOM)),
            refresh: Mutex::new(Shelf::new(ROOM)),
            serial: AtomicU64::new(1),
        }
    }

    /// A new code for a grant.
    pub(super) fn mint(&self, grant: Grant, now: i64, chance: &Chance) -> String {
        let code = chance.code();
        let record = Code {
            grant: Arc::new(grant),
            made_at: now,
            spent: false,
        };
        locked(&self.codes).put(&code, record, |code| now - code.made_at > CODE_MEMORY_SECONDS);
        code
    }

    /// Spends a code, once.
    ///
    /// # Errors
    ///
    /// The errcode: 40029, 40163 or 42003.
    pub(super) fn spend(&self, code: &str, now: i64) -> Result<Arc<Grant>, i64> {
        let mut codes = locked(&self.codes);
        let code = codes
            .get_mut(code)
            .filter(|code| now - code.made_at <= CODE_MEMORY_SECONDS)
            .ok_or(40029)?;
        if code.spent {
            return Err(40163);
        }
        if now - code.made_at >= CODE_SECONDS {
            return Err(42003);
        }
        code.spent = true;
        Ok(Arc::clone(&code.grant))
    }

    /// Tokens for a grant whose code was spent.
    pub(super) fn pair(&self, grant: &Arc<Grant>, now: i64, chance: &Chance) -> Pair {
        Pair {
            access_token: self.access(grant, now, chance),
            refresh_token: self.refresh(grant, now, chance),
        }
    }

    fn access(&self, grant: &Arc<Grant>, now: i64, chance: &Chance) -> String {
        self.issue(&self.access, grant, now, ACCESS_SECONDS, chance)
    }

    fn refresh(&self, grant: &Arc<Grant>, now: i64, chance: &Chance) -> String {
        self.issue(&self.refresh, grant, now, REFRESH_SECONDS, chance)
    }

    fn issue(&self, shelf: &Mutex<Shelf<Token>>, grant: &Arc<Grant>, now: i64, life: i64, chance: &Chance) -> String {
        let text = chance.token();
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let token = Token {
            grant: Arc::clone(grant),
            expires_at: now + life,
            serial,
        };
        // An expired token stays known for its lifetime once more, so that it is called expired and not unknown.
        locked(shelf).put(&text, token, |token| now - token.expires_at > life);
        text
    }

    /// Another access token for a refresh token; with `rotate` the refresh token is replaced as well.
    pub(super) fn renew(
        &self,
        refresh_token: &str,
        grant: &Arc<Grant>,
        rotate: bool,
        now: i64,
        chance: &Chance,
    ) -> Pair {
        let access_token = self.access(grant, now, chance);
        if !rotate {
            return Pair {
                access_token,
                refresh_token: refresh_token.to_owned(),
            };
        }
        locked(&self.refresh).take(refresh_token);
        Pair {
            access_token,
            refresh_token: self.refresh(grant, now, chance),
        }
    }

    pub(super) fn find_access(&self, token: &str) -> Option<Token> {
        locked(&self.access).get(token).cloned()
    }

    pub(super) fn find_refresh(&self, token: &str) -> Option<Token> {
        locked(&self.refresh).get(token).cloned()
    }

    /// The serial number of the newest token: all up to it are those handed out so far.
    pub(super) fn so_far(&self) -> u64 {
        self.serial.load(Ordering::Relaxed) - 1
    }
}

impl Token {
    /// The errcode of an access token that is dead.
    pub(super) fn access_fault(&self, ended: Ended, now: i64) -> Option<i64> {
        self.fault(ended.access, ended.password, now, 42001)
    }

    /// The errcode of a refresh token that is dead.
    pub(super) fn refresh_fault(&self, ended: Ended, now: i64) -> Option<i64> {
        self.fault(ended.refresh, ended.password, now, 42002)
    }

    fn fault(&self, ended: u64, password: u64, now: i64, expired: i64) -> Option<i64> {
        if self.serial <= password {
            return Some(42007);
        }
        (self.serial <= ended || now >= self.expires_at).then_some(expired)
    }
}

#[cfg(test)]
mod tests {
    use super::super::grant::Scope;
    use super::*;

    fn grants() -> (Grants, Chance, String) {
        let (grants, chance) = (Grants::new(), Chance::from_system().unwrap());
        let grant = Grant {
            openid: chance.openid(),
            unionid: None,
            scope: Scope::Base,
            snapshot: false,
        };
        let code = grants.mint(grant, 1000, &chance);
        (grants, chance, code)
    }

    #[test]
    fn a_code_is_spent_once() {
        let (grants, _, code) = grants();
        assert!(grants.spend(&code, 1299).is_ok());
        assert_eq!(grants.spend(&code, 1299).unwrap_err(), 40163);
        assert_eq!(grants.spend("made-up", 1299).unwrap_err(), 40029);
    }

    #[test]
    fn a_code_expires_after_five_minutes_and_is_forgotten_after_an_hour() {
        let (grants, _, code) = grants();
        assert_eq!(grants.spend(&code, 1300).unwrap_err(), 42003);
        assert_eq!(grants.spend(&code, 1000 + 3601).unwrap_err(), 40029);
    }

    #[test]
    fn a_rotated_refresh_token_is_unknown() {
        let (grants, chance, code) = grants();
        let grant = grants.spend(&code, 1000).unwrap();
        let first = grants.pair(&grant, 1000, &chance);
        let second = grants.renew(&first.refresh_token, &grant, true, 1000, &chance);
        assert!(grants.find_refresh(&first.refresh_token).is_none());
        assert!(grants.find_refresh(&second.refresh_token).is_some());
    }
}

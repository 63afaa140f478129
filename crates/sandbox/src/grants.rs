//! Codes and tokens: who granted what, until when.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use crate::{bounded_map::BoundedMap, grant::Grant, lock::lock, random::Random, token::Token};

/// 网页授权 / step 2: a code is valid for five minutes, in seconds.
const CODE_TTL: i64 = 300;
/// How long a code is kept, in seconds, so that the error is used or expired rather than unknown.
const CODE_MEMORY: i64 = 3600;
/// 网页授权 / step 2: `expires_in`, in seconds.
pub const ACCESS_TOKEN_TTL: i64 = 7200;
/// 网页授权 / step 3: thirty days, in seconds.
const REFRESH_TOKEN_TTL: i64 = 30 * 86_400;
/// The most codes, and tokens of each kind, that are kept. Beyond it the oldest are dropped.
const CAPACITY: usize = 200_000;

struct Code {
    grant: Arc<Grant>,
    issued_at: i64,
    spent: bool,
}

/// The tokens that an exchange issues.
pub struct TokenPair {
    pub access_token: String,
    pub refresh_token: String,
}

/// All codes and tokens. Times are in seconds since 1970.
pub struct Grants {
    codes: Mutex<BoundedMap<Code>>,
    access_tokens: Mutex<BoundedMap<Token>>,
    refresh_tokens: Mutex<BoundedMap<Token>>,
    /// The serial number of the newest token.
    last_serial: AtomicU64,
}

impl Grants {
    pub fn new() -> Self {
        Self {
            codes: Mutex::new(BoundedMap::new(CAPACITY)),
            access_tokens: Mutex::new(BoundedMap::new(CAPACITY)),
            refresh_tokens: Mutex::new(BoundedMap::new(CAPACITY)),
            last_serial: AtomicU64::new(0),
        }
    }

    pub fn issue_code(&self, grant: Grant, now: i64, random: &Random) -> String {
        let code = random.code();
        let record = Code {
            grant: Arc::new(grant),
            issued_at: now,
            spent: false,
        };
        lock(&self.codes).insert(&code, record, |code| now - code.issued_at > CODE_MEMORY);
        code
    }

    /// Spends a code, once.
    ///
    /// # Errors
    ///
    /// The errcode: 40029, 40163 or 42003.
    pub fn spend_code(&self, code: &str, now: i64) -> Result<Arc<Grant>, i64> {
        let mut codes = lock(&self.codes);
        let code = codes
            .get_mut(code)
            .filter(|code| now - code.issued_at <= CODE_MEMORY)
            .ok_or(40029)?;
        if code.spent {
            return Err(40163);
        }
        if now - code.issued_at >= CODE_TTL {
            return Err(42003);
        }
        code.spent = true;
        Ok(Arc::clone(&code.grant))
    }

    /// Tokens for a grant whose code was spent.
    pub fn issue_tokens(&self, grant: &Arc<Grant>, now: i64, random: &Random) -> TokenPair {
        TokenPair {
            access_token: self.issue_access_token(grant, now, random),
            refresh_token: self.issue_refresh_token(grant, now, random),
        }
    }

    /// Another access token for a refresh token; with `rotate` the refresh token is replaced as well.
    pub fn refresh(
        &self,
        refresh_token: &str,
        grant: &Arc<Grant>,
        rotate: bool,
        now: i64,
        random: &Random,
    ) -> TokenPair {
        let access_token = self.issue_access_token(grant, now, random);
        if !rotate {
            return TokenPair {
                access_token,
                refresh_token: refresh_token.to_owned(),
            };
        }
        lock(&self.refresh_tokens).remove(refresh_token);
        TokenPair {
            access_token,
            refresh_token: self.issue_refresh_token(grant, now, random),
        }
    }

    fn issue_access_token(&self, grant: &Arc<Grant>, now: i64, random: &Random) -> String {
        self.issue(&self.access_tokens, grant, now, ACCESS_TOKEN_TTL, random)
    }

    fn issue_refresh_token(&self, grant: &Arc<Grant>, now: i64, random: &Random) -> String {
        self.issue(&self.refresh_tokens, grant, now, REFRESH_TOKEN_TTL, random)
    }

    fn issue(
        &self,
        tokens: &Mutex<BoundedMap<Token>>,
        grant: &Arc<Grant>,
        now: i64,
        ttl: i64,
        random: &Random,
    ) -> String {
        let text = random.token();
        let token = Token {
            grant: Arc::clone(grant),
            expires_at: now + ttl,
            serial: self.last_serial.fetch_add(1, Ordering::Relaxed) + 1,
        };
        // An expired token is kept for the length of its TTL once more, so that the error is expired and not unknown.
        lock(tokens).insert(&text, token, |token| now - token.expires_at > ttl);
        text
    }

    pub fn find_access_token(&self, token: &str) -> Option<Token> {
        lock(&self.access_tokens).get(token).cloned()
    }

    pub fn find_refresh_token(&self, token: &str) -> Option<Token> {
        lock(&self.refresh_tokens).get(token).cloned()
    }

    /// The serial number of the newest token: every token issued so far has this or a smaller one.
    pub fn last_serial(&self) -> u64 {
        self.last_serial.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::Scope;

    fn grants() -> (Grants, Random, String) {
        let (grants, random) = (Grants::new(), Random);
        let grant = Grant {
            openid: random.openid(),
            unionid: None,
            scope: Scope::Base,
            snapshot: false,
        };
        let code = grants.issue_code(grant, 1000, &random);
        (grants, random, code)
    }

    #[test]
    fn a_code_is_spent_once() {
        let (grants, _, code) = grants();
        assert!(grants.spend_code(&code, 1299).is_ok());
        assert_eq!(grants.spend_code(&code, 1299).unwrap_err(), 40163);
        assert_eq!(grants.spend_code("made-up", 1299).unwrap_err(), 40029);
    }

    #[test]
    fn a_code_expires_after_five_minutes_and_is_forgotten_after_an_hour() {
        let (grants, _, code) = grants();
        assert_eq!(grants.spend_code(&code, 1300).unwrap_err(), 42003);
        assert_eq!(grants.spend_code(&code, 1000 + 3601).unwrap_err(), 40029);
    }

    #[test]
    fn a_rotated_refresh_token_is_unknown() {
        let (grants, random, code) = grants();
        let grant = grants.spend_code(&code, 1000).unwrap();
        let first = grants.issue_tokens(&grant, 1000, &random);
        let second = grants.refresh(&first.refresh_token, &grant, true, 1000, &random);
        assert!(grants.find_refresh_token(&first.refresh_token).is_none());
        assert!(grants.find_refresh_token(&second.refresh_token).is_some());
    }
}

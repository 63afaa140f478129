//! The account's access token.

use std::sync::Mutex;

use crate::{lock::lock, random::Random};

const TTL_SECONDS: i64 = 7200;
/// How many seconds before its expiry a token is replaced. So long both are good.
const RENEWAL_SECONDS: i64 = 300;

/// The token in force, and the one before it.
#[derive(Default)]
pub struct StableToken(Mutex<Issued>);

#[derive(Default)]
struct Issued {
    current: Option<Token>,
    /// `None` if the current one was forced: that ends the one before it at once.
    previous: Option<Token>,
}

struct Token {
    text: String,
    /// Seconds since 1970.
    expires_at: i64,
}

impl StableToken {
    /// The token and its remaining seconds: the one in force, or a new one if that is near its end or `force` is set.
    pub fn get(&self, force: bool, now: i64, random: &Random) -> (String, i64) {
        let mut issued = lock(&self.0);
        match &issued.current {
            Some(token) if !force && token.expires_at - now > RENEWAL_SECONDS => {
                (token.text.clone(), token.expires_at - now)
            }
            _ => {
                let text = random.token();
                let token = Token {
                    text: text.clone(),
                    expires_at: now + TTL_SECONDS,
                };
                let replaced = issued.current.replace(token);
                issued.previous = replaced.filter(|_| !force);
                (text, TTL_SECONDS)
            }
        }
    }

    /// # Errors
    ///
    /// 42001 for a token that has expired, 40001 for one that was never issued or is no longer known.
    pub fn check(&self, text: &str, now: i64) -> Result<(), i64> {
        let issued = lock(&self.0);
        let mut known = issued.current.iter().chain(&issued.previous);
        match known.find(|token| token.text == text) {
            Some(token) if now < token.expires_at => Ok(()),
            Some(_) => Err(42001),
            None => Err(40001),
        }
    }
}

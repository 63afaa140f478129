//! The account's access token.

use std::sync::Mutex;

use crate::{lock::lock, random::Random};

const TTL_SECONDS: i64 = 7200;
/// How many seconds before its expiry a token is replaced.
const RENEWAL_SECONDS: i64 = 300;

/// The token in force and when it expires, in seconds since 1970.
#[derive(Default)]
pub struct StableToken(Mutex<Option<(String, i64)>>);

impl StableToken {
    /// The token and its remaining seconds: the one in force, or a new one if that is near its end or `force` is set.
    pub fn get(&self, force: bool, now: i64, random: &Random) -> (String, i64) {
        let mut current = lock(&self.0);
        match &*current {
            Some((token, expires_at)) if !force && expires_at - now > RENEWAL_SECONDS => {
                (token.clone(), expires_at - now)
            }
            _ => {
                let token = random.token();
                *current = Some((token.clone(), now + TTL_SECONDS));
                (token, TTL_SECONDS)
            }
        }
    }
}

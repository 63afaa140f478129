//! The ticket of the JS-SDK.

use std::sync::Mutex;

use crate::{lock::lock, random::Random};

const TTL_SECONDS: i64 = 7200;
/// A ticket is replaced this long before its end; the old one stays good to its own end.
const RENEWAL_SECONDS: i64 = 300;

/// The ticket in force.
#[derive(Default)]
pub struct Ticket(Mutex<Option<(String, i64)>>);

impl Ticket {
    /// The ticket and its remaining seconds; a new one if there is none or it is near its end.
    pub fn get(&self, now: i64, random: &Random) -> (String, i64) {
        let mut ticket = lock(&self.0);
        let (text, expires_at) = ticket
            .take()
            .filter(|(_, expires_at)| expires_at - now > RENEWAL_SECONDS)
            .unwrap_or_else(|| (random.token(), now + TTL_SECONDS));
        *ticket = Some((text.clone(), expires_at));
        (text, expires_at - now)
    }

    /// The ticket and its end, in seconds since 1970.
    pub fn current(&self) -> Option<(String, i64)> {
        lock(&self.0).clone()
    }
}

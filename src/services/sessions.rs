//! How long a sign-in lasts and what it holds.

use serde::{Deserialize, Serialize};

use crate::domain::{Clock, Entropy, EntropyError, FanId, OpenId, Timestamp};

/// A signed-in fan, as the session cookie holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// A new random id at every sign-in, 32 hexadecimal digits.
    pub sid: String,
    /// The fan's row.
    pub fan_id: FanId,
    /// The fan within this account.
    pub openid: OpenId,
    /// When the session began; it never moves.
    pub signed_in_at: Timestamp,
}

/// Begins sessions and judges them.
#[derive(Debug, Clone)]
pub struct Sessions {
    clock: Clock,
    entropy: Entropy,
    ttl_seconds: u32,
}

impl Sessions {
    /// Sessions of `ttl_seconds` from the sign-in.
    pub fn new(clock: Clock, entropy: Entropy, ttl_seconds: u32) -> Self {
        Self {
            clock,
            entropy,
            ttl_seconds,
        }
    }

    /// A new session for a fan.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn begin(&self, fan_id: FanId, openid: OpenId) -> Result<SignIn, EntropyError> {
        let sid = hex::encode(self.entropy.bytes::<16>()?);
        Ok(SignIn {
            sid,
            fan_id,
            openid,
            signed_in_at: self.clock.now(),
        })
    }

    /// Whether a session may still be used. The cookie's own lifetime is a wish to the browser; this is the rule.
    pub fn is_live(&self, sign_in: &SignIn) -> bool {
        let age = self.clock.now().seconds_since(sign_in.signed_in_at);
        // A minute of grace for the clocks of other replicas.
        (-60..i64::from(self.ttl_seconds)).contains(&age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_the_servers_clock() {
        let (clock, entropy) = (Clock::system(), Entropy::system());
        let sessions = Sessions::new(clock.clone(), entropy.clone(), 3600);
        let fan = FanId::generate(&clock, &entropy).unwrap();
        let sign_in = sessions.begin(fan, OpenId::parse("oMadeUp").unwrap()).unwrap();
        assert!(sessions.is_live(&sign_in));
        clock.advance(3590);
        assert!(sessions.is_live(&sign_in));
        clock.advance(20);
        assert!(!sessions.is_live(&sign_in));
        clock.advance(-7300);
        assert!(!sessions.is_live(&sign_in), "a session from the far future is none");
    }
}

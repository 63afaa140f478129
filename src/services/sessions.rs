//! How long a sign-in lasts and what it holds.

use serde::{Deserialize, Serialize};

use super::{
    ServiceError,
    login::SignedInFan,
    session_endings::{KnownEndings, Standing},
};
use crate::domain::{AppId, Clock, Entropy, EntropyError, FanId, OpenId, SessionId, SignOutEpoch, Timestamp};

/// Grace for the clocks of other replicas.
const GRACE_SECONDS: i64 = 60;

/// A signed-in fan, as the session cookie holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The account that the fan signed in to. What names no account, or another one, is no session.
    pub app_id: AppId,
    /// A new random id at every sign-in.
    pub sid: SessionId,
    /// The fan's row.
    pub fan_id: FanId,
    /// The fan within this account.
    pub openid: OpenId,
    /// When the session began; it never moves.
    pub signed_in_at: Timestamp,
    /// When the session is over, also if `session.ttl_seconds` grows: what is known of its end goes at this moment.
    pub until: Timestamp,
    /// The epoch in which the fan was looked up: an operator's later sign-out ends the session.
    pub epoch: SignOutEpoch,
}

impl SignIn {
    /// From this moment on every replica refuses the session for its age.
    pub fn forgettable_at(&self) -> Timestamp {
        self.until.plus_seconds(GRACE_SECONDS)
    }
}

/// Begins sessions and judges them.
#[derive(Clone)]
pub struct Sessions {
    app_id: AppId,
    clock: Clock,
    entropy: Entropy,
    ttl_seconds: u32,
    known: KnownEndings,
}

impl Sessions {
    /// Sessions of one account, of `ttl_seconds` from the sign-in, unless they are `known` to have ended before.
    pub fn new(app_id: AppId, clock: Clock, entropy: Entropy, ttl_seconds: u32, known: KnownEndings) -> Self {
        Self {
            app_id,
            clock,
            entropy,
            ttl_seconds,
            known,
        }
    }

    /// A new session for a fan.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn begin(&self, fan: SignedInFan) -> Result<SignIn, EntropyError> {
        let now = self.clock.now();
        Ok(SignIn {
            app_id: self.app_id.clone(),
            sid: SessionId::generate(&self.entropy)?,
            fan_id: fan.id,
            openid: fan.openid,
            signed_in_at: now,
            until: now.plus_seconds(self.ttl_seconds.into()),
            epoch: fan.epoch,
        })
    }

    /// Whether a session is one of this account.
    pub fn is_of_account(&self, sign_in: &SignIn) -> bool {
        sign_in.app_id == self.app_id
    }

    /// Whether a session may still be used. The cookie's own lifetime is a wish to the browser; this is the rule.
    ///
    /// # Errors
    /// [`ServiceError::SessionsUnknown`] as long as this process has not reached the database once.
    pub fn is_live(&self, sign_in: &SignIn) -> Result<bool, ServiceError> {
        if !self.is_of_account(sign_in) || self.is_over(sign_in) {
            return Ok(false);
        }
        match self.known.standing(sign_in) {
            Standing::Good => Ok(true),
            Standing::Ended => Ok(false),
            Standing::Unknown => Err(ServiceError::SessionsUnknown),
        }
    }

    fn is_over(&self, sign_in: &SignIn) -> bool {
        let now = self.clock.now();
        let age = now.seconds_since(sign_in.signed_in_at);
        now >= sign_in.until || !(-GRACE_SECONDS..i64::from(self.ttl_seconds)).contains(&age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(account: u8) -> Sessions {
        let known = KnownEndings::default();
        known.complete();
        let app_id = AppId::parse(&format!("wx{account:016}")).unwrap();
        Sessions::new(app_id, Clock::system(), Entropy::system(), 3600, known)
    }

    fn fan() -> SignedInFan {
        SignedInFan {
            id: FanId::generate(&Clock::system(), &Entropy::system()).unwrap(),
            openid: OpenId::parse("oMadeUp").unwrap(),
            epoch: SignOutEpoch::default(),
        }
    }

    #[test]
    fn a_session_counts_at_its_own_account_only() {
        let (ours, other) = (sessions(1), sessions(2));
        let sign_in = ours.begin(fan()).unwrap();
        assert!(ours.is_live(&sign_in).unwrap());
        assert!(!other.is_live(&sign_in).unwrap() && !other.is_of_account(&sign_in));
    }

    #[test]
    fn a_session_that_names_no_account_is_none() {
        let mut old = serde_json::to_value(sessions(1).begin(fan()).unwrap()).unwrap();
        assert!(serde_json::from_value::<SignIn>(old.clone()).is_ok());
        old.as_object_mut().unwrap().remove("app_id").unwrap();
        assert!(serde_json::from_value::<SignIn>(old).is_err());
    }
}

//! Sessions: how they begin, how long they last, and how they are revoked.

mod pending_revocations;
mod revocation_list;
mod revocation_purge;
mod revocation_sync;
mod revocations;

pub use revocation_list::{RevocationList, RevocationStatus};
pub use revocation_purge::RevocationPurge;
pub use revocation_sync::{RevocationSync, RevocationSyncParts};
pub use revocations::SessionRevocations;

use super::{ServiceError, login::AuthenticatedFan};
use crate::domain::{AppId, Clock, Random, SessionId, SignIn};

/// What cannot be undone, or tells all about a fan, wants a login that is not older.
const RECENT_LOGIN_SECONDS: i64 = 600;

/// Begins the sessions of one account and checks them.
#[derive(Clone)]
pub struct Sessions {
    app_id: AppId,
    clock: Clock,
    random: Random,
    ttl_seconds: u32,
    revocations: RevocationList,
}

impl Sessions {
    /// Sessions of one account that last `ttl_seconds` from the sign-in, unless `revocations` names them.
    pub fn new(app_id: AppId, clock: Clock, random: Random, ttl_seconds: u32, revocations: RevocationList) -> Self {
        Self {
            app_id,
            clock,
            random,
            ttl_seconds,
            revocations,
        }
    }

    /// The account whose sessions these are.
    pub const fn app_id(&self) -> &AppId {
        &self.app_id
    }

    /// A new session for a fan.
    pub fn begin(&self, fan: AuthenticatedFan) -> SignIn {
        let now = self.clock.now();
        SignIn {
            app_id: self.app_id.clone(),
            sid: SessionId::generate(&self.random),
            fan_id: fan.id,
            openid: fan.openid,
            signed_in_at: now,
            until: now.plus_seconds(self.ttl_seconds.into()),
            generation: fan.generation,
        }
    }

    /// Whether a session is one of this account.
    pub fn is_of_account(&self, sign_in: &SignIn) -> bool {
        sign_in.app_id == self.app_id
    }

    /// Whether a session is still valid. The browser need not respect the cookie's TTL, so it is checked here.
    ///
    /// # Errors
    /// [`ServiceError::SessionsUnknown`] until this process has read the revocations from the database.
    pub fn is_live(&self, sign_in: &SignIn) -> Result<bool, ServiceError> {
        if !self.is_of_account(sign_in) || self.is_over(sign_in) {
            return Ok(false);
        }
        match self.revocations.status(sign_in) {
            RevocationStatus::Good => Ok(true),
            RevocationStatus::Revoked => Ok(false),
            RevocationStatus::Unknown => Err(ServiceError::SessionsUnknown),
        }
    }

    /// Whether the session began a few minutes ago at most, as what cannot be undone wants it: a phone that lies about
    /// unlocked signs itself in again only while its WeChat is that fan's.
    pub fn is_recent(&self, sign_in: &SignIn) -> bool {
        self.clock.now().seconds_since(sign_in.signed_in_at) < RECENT_LOGIN_SECONDS
    }

    fn is_over(&self, sign_in: &SignIn) -> bool {
        let now = self.clock.now();
        let age = now.seconds_since(sign_in.signed_in_at);
        now >= sign_in.until || !(-SignIn::CLOCK_GRACE_SECONDS..i64::from(self.ttl_seconds)).contains(&age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FanId, OpenId, SessionGeneration};

    fn sessions(account: u8) -> Sessions {
        let revocations = RevocationList::default();
        revocations.complete();
        let app_id = AppId::parse(&format!("wx{account:016}")).unwrap();
        Sessions::new(app_id, Clock::system(), Random::system(), 3600, revocations)
    }

    fn fan() -> AuthenticatedFan {
        AuthenticatedFan {
            id: FanId::generate(&Clock::system(), &Random::system()),
            openid: OpenId::parse("oMadeUp").unwrap(),
            generation: SessionGeneration::default(),
        }
    }

    #[test]
    fn a_session_counts_at_its_own_account_only() {
        let (ours, other) = (sessions(1), sessions(2));
        let sign_in = ours.begin(fan());
        assert!(ours.is_live(&sign_in).unwrap());
        assert!(!other.is_live(&sign_in).unwrap() && !other.is_of_account(&sign_in));
    }

    #[test]
    fn a_session_that_names_no_account_is_none() {
        let mut old = serde_json::to_value(sessions(1).begin(fan())).unwrap();
        assert!(serde_json::from_value::<SignIn>(old.clone()).is_ok());
        old.as_object_mut().unwrap().remove("app_id").unwrap();
        assert!(serde_json::from_value::<SignIn>(old).is_err());
    }
}

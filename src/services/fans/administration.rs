//! What operators do from the command line: look fans up and end their sessions. Erasure has a file of its own.

use crate::{
    audit::{self, OperatorAct},
    domain::{Clock, FanId, FanKey, FansProfile, Timestamp},
    repositories::{FansRepository, SessionRevocationsRepository, SignOut},
    services::{ServiceError, web_tokens::WebTokens},
};

/// How long an operator's revocation is remembered: the longest TTL that `session.ttl_seconds` can give a session, so
/// that no change of the setting brings one back, and a day.
const REVOCATION_TTL_SECONDS: i64 = 31 * 24 * 3600;

/// Rows of one query: some megabytes in memory, whatever the number of fans.
const PAGE_ROWS: u16 = 2000;

/// What the commands `fanpass fans …` do.
#[derive(Clone)]
pub struct FanAdministration {
    pub(super) parts: FanAdministrationParts,
}

/// What a [`FanAdministration`] is made of.
#[derive(Clone)]
pub struct FanAdministrationParts {
    /// The fans' rows.
    pub fans: FansRepository,
    /// Sign-outs and erasures are written here.
    pub revocations: SessionRevocationsRepository,
    /// The tokens in the cache that all processes share; none where each has its own.
    pub tokens: Option<WebTokens>,
    /// The time of a sign-out.
    pub clock: Clock,
}

impl FanAdministration {
    /// Puts the parts together.
    pub fn new(parts: FanAdministrationParts) -> Self {
        Self { parts }
    }

    /// The fan that `key` names.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer.
    pub async fn find(&self, key: &FanKey) -> Result<Option<FansProfile>, ServiceError> {
        Ok(self.parts.fans.find_by_key(key).await?)
    }

    /// The fans with this unionid.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer.
    pub async fn find_by_unionid(&self, unionid: &str) -> Result<Vec<FansProfile>, ServiceError> {
        Ok(self.parts.fans.find_by_unionid(unionid, PAGE_ROWS).await?)
    }

    /// The fans that follow on `after` in the order in which they registered: `wanted` of them and not more than a few
    /// thousand. An empty page is the last one.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer.
    pub async fn page(&self, after: Option<FanId>, wanted: u32) -> Result<Vec<FansProfile>, ServiceError> {
        let limit = u16::try_from(wanted).unwrap_or(PAGE_ROWS).min(PAGE_ROWS);
        Ok(self.parts.fans.page(after, limit).await?)
    }

    /// How many fans there are.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer, or cannot count so many in time.
    pub async fn count(&self) -> Result<u64, ServiceError> {
        Ok(self.parts.fans.count().await?)
    }

    /// Ends the sessions of one fan and returns their id; none: there is no such fan.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer.
    pub async fn sign_out_fan(&self, key: &FanKey) -> Result<Option<FanId>, ServiceError> {
        let Some(fan) = self.find(key).await? else {
            return Ok(None);
        };
        self.sign_out(SignOut::Fan(fan.id)).await?;
        audit::operator_act(OperatorAct::SignOut(fan.id));
        Ok(Some(fan.id))
    }

    /// Ends the sessions of all fans.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer.
    pub async fn sign_out_all(&self) -> Result<(), ServiceError> {
        self.sign_out(SignOut::All).await?;
        audit::operator_act(OperatorAct::SignOutAll);
        Ok(())
    }

    pub(super) async fn sign_out(&self, what: SignOut) -> Result<bool, ServiceError> {
        let now: Timestamp = self.parts.clock.now();
        let expires_at = now.plus_seconds(REVOCATION_TTL_SECONDS);
        Ok(self.parts.revocations.sign_out(what, now, expires_at).await?)
    }
}

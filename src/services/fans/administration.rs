//! What operators do from the command line: look fans up, forget them, end sessions.

use crate::services::{ServiceError, web_tokens::WebTokens};
use crate::{
    audit::{self, OperatorAct},
    cache::CacheError,
    domain::{Clock, FanId, FanKey, FansProfile, Timestamp},
    repositories::{FansRepository, SessionRevocationsRepository, SignOut},
};

/// How long an operator's revocation is remembered: the longest life that `session.ttl_seconds` can give a session, so
/// that no change of the setting brings one back, and a day.
const REMEMBERED_SECONDS: i64 = 31 * 24 * 3600;

/// Rows of one query: some megabytes in memory, whatever the number of fans.
const PAGE: u16 = 2000;

/// What operators can do.
#[derive(Clone)]
pub struct FanAdministration {
    parts: FanAdministrationParts,
}

/// What [`FanAdministration`] are made of.
#[derive(Clone)]
pub struct FanAdministrationParts {
    /// The fans.
    pub fans: FansRepository,
    /// The revocations of sessions.
    pub revocations: SessionRevocationsRepository,
    /// The tokens in the cache that all processes share; none where each has its own.
    pub tokens: Option<WebTokens>,
    /// The time.
    pub clock: Clock,
}

/// What was done to forget a fan. Their sessions ended in any case.
#[derive(Debug)]
pub struct Forgotten {
    /// The row's id.
    pub fan: FanId,
    /// Whether there was a row; there is none now.
    pub had_row: bool,
    /// The web token.
    pub token: TokenRemoval,
}

/// What became of a forgotten fan's web token.
#[derive(Debug)]
pub enum TokenRemoval {
    /// It was there and is gone.
    Removed,
    /// None was kept.
    NoneKept,
    /// The running process keeps it in its own memory, and drops it when it learns of this.
    LeftToProcess,
    /// The cache did not do it. Every running process goes on trying, and the command may be repeated.
    Failed(CacheError),
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
        Ok(self.parts.fans.find_by_unionid(unionid, PAGE).await?)
    }

    /// The fans that follow on `after` in the order in which they registered: `wanted` of them and not more than a few
    /// thousand. None are left when it answers none.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer.
    pub async fn page(&self, after: Option<FanId>, wanted: u32) -> Result<Vec<FansProfile>, ServiceError> {
        let limit = u16::try_from(wanted).unwrap_or(PAGE).min(PAGE);
        Ok(self.parts.fans.page(after, limit).await?)
    }

    /// How many fans there are.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer, or cannot count so many in time.
    pub async fn count(&self) -> Result<u64, ServiceError> {
        Ok(self.parts.fans.count().await?)
    }

    /// Removes a fan's row and ends their sessions, in one transaction, and then removes their web token. May be
    /// repeated by the id. None: there is no such fan.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer; it may have happened all the same.
    pub async fn forget(&self, key: &FanKey) -> Result<Option<Forgotten>, ServiceError> {
        let (fan, had_row) = match (self.find(key).await?, key) {
            (Some(fan), _) => (fan.id, self.sign_out(SignOut::Forget(fan.id)).await?),
            (None, FanKey::Id(id)) if self.parts.revocations.was_forgotten(*id).await? => (*id, false),
            (None, _) => return Ok(None),
        };
        let token = self.remove_token(fan).await;
        audit::operator(OperatorAct::Forget(fan));
        Ok(Some(Forgotten { fan, had_row, token }))
    }

    /// Ends the sessions of one fan. Answers who that is; none: there is no such fan.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer.
    pub async fn sign_out_fan(&self, key: &FanKey) -> Result<Option<FanId>, ServiceError> {
        let Some(fan) = self.find(key).await? else {
            return Ok(None);
        };
        self.sign_out(SignOut::Fan(fan.id)).await?;
        audit::operator(OperatorAct::SignOut(fan.id));
        Ok(Some(fan.id))
    }

    /// Ends the sessions of all fans.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not answer.
    pub async fn sign_out_all(&self) -> Result<(), ServiceError> {
        self.sign_out(SignOut::All).await?;
        audit::operator(OperatorAct::SignOutAll);
        Ok(())
    }

    async fn sign_out(&self, what: SignOut) -> Result<bool, ServiceError> {
        let now: Timestamp = self.parts.clock.now();
        let expires_at = now.plus_seconds(REMEMBERED_SECONDS);
        Ok(self.parts.revocations.sign_out(what, now, expires_at).await?)
    }

    async fn remove_token(&self, fan: FanId) -> TokenRemoval {
        let Some(tokens) = &self.parts.tokens else {
            return TokenRemoval::LeftToProcess;
        };
        match tokens.remove(fan).await {
            Ok(true) => TokenRemoval::Removed,
            Ok(false) => TokenRemoval::NoneKept,
            Err(error) => TokenRemoval::Failed(error),
        }
    }
}

//! The operators' commands: look fans up and end their sessions. Erasure is in `erasure.rs` and `forget.rs`.

use super::{Erasure, SignOuts};
use crate::{
    audit::{self, OperatorAct},
    domain::{AppId, AuditAct, AuditActor, Clock, FanId, FanKey, FansProfile, OperatorName},
    repositories::{AuditLogRepository, Database, FansRepository, SessionRevocationsRepository, SignOut},
    services::ServiceError,
};

/// Rows per query. A page takes a few megabytes of memory, however many fans there are.
const PAGE_ROWS: u16 = 2000;

/// The work of the commands `fanpass fans …`.
#[derive(Clone)]
pub struct FanAdministration {
    pub(super) parts: FanAdministrationParts,
}

/// What a [`FanAdministration`] is made of.
#[derive(Clone)]
pub struct FanAdministrationParts {
    /// Where all of it is stored.
    pub database: Database,
    /// The fans of the account.
    pub fans: FansRepository,
    /// Sign-outs are written here.
    pub revocations: SessionRevocationsRepository,
    /// Erases fans.
    pub erasure: Erasure,
    /// What an operator does is written here, too.
    pub audit_log: AuditLogRepository,
    /// Who uses the commands.
    pub operator: OperatorName,
    /// Dates the sign-outs.
    pub clock: Clock,
}

impl FanAdministration {
    /// Assembles the service.
    pub fn new(parts: FanAdministrationParts) -> Self {
        Self { parts }
    }

    /// The fan that `key` names.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn find(&self, key: &FanKey) -> Result<Option<FansProfile>, ServiceError> {
        Ok(self.parts.fans.find_by_key(key).await?)
    }

    /// The fans with this unionid.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn find_by_unionid(&self, unionid: &str) -> Result<Vec<FansProfile>, ServiceError> {
        Ok(self.parts.fans.find_by_unionid(unionid, PAGE_ROWS).await?)
    }

    /// The fans after `after`, in the order of registration: at most `wanted`, and never more than a few thousand. An empty
    /// page means the end.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn page(&self, after: Option<FanId>, wanted: u32) -> Result<Vec<FansProfile>, ServiceError> {
        let limit = u16::try_from(wanted).unwrap_or(PAGE_ROWS).min(PAGE_ROWS);
        Ok(self.parts.fans.page(after, limit).await?)
    }

    /// The number of fans.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond, or cannot count so many in time.
    pub async fn count(&self) -> Result<u64, ServiceError> {
        Ok(self.parts.fans.count().await?)
    }

    /// Ends the sessions of one fan and returns the fan's id. None: there is no such fan.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn sign_out_fan(&self, key: &FanKey) -> Result<Option<FanId>, ServiceError> {
        let Some(fan) = self.find(key).await? else {
            return Ok(None);
        };
        self.sign_out(SignOut::Fan(fan.id), AuditAct::SignOut).await?;
        audit::operator_act(self.account(), OperatorAct::SignOut(fan.id));
        Ok(Some(fan.id))
    }

    /// Ends the sessions of all fans.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn sign_out_all(&self) -> Result<(), ServiceError> {
        self.sign_out(SignOut::All, AuditAct::SignOutAll).await?;
        audit::operator_act(self.account(), OperatorAct::SignOutAll);
        Ok(())
    }

    pub(super) fn account(&self) -> &AppId {
        self.parts.fans.app_id()
    }

    /// Whoever uses the commands.
    pub(super) fn actor(&self) -> AuditActor {
        AuditActor::Operator(self.parts.operator.clone())
    }

    async fn sign_out(&self, what: SignOut, act: AuditAct) -> Result<(), ServiceError> {
        let sign_outs = SignOuts {
            database: self.parts.database.clone(),
            revocations: self.parts.revocations.clone(),
            audit_log: self.parts.audit_log.clone(),
            clock: self.parts.clock.clone(),
        };
        sign_outs.sign_out(what, act, self.actor()).await.map(|_| ())
    }
}

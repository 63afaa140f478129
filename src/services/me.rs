//! What a fan sees of themselves, takes along, and decides.

pub mod export;
mod receipt_code;
mod receipts;

pub use self::receipts::{ReceiptReport, ReceiptState, Receipts};
use super::{
    ServiceError,
    fans::{Erasure, SignOuts},
    sessions::SessionRevocations,
};
use crate::{
    domain::{AuditAct, AuditActor, FanId, FansProfile},
    repositories::SignOut,
};

/// A fan's own decisions, at one account.
#[derive(Clone)]
pub struct Me {
    /// Erases fans.
    pub erasure: Erasure,
    /// Ends sessions.
    pub sign_outs: SignOuts,
    /// The sessions that this process knows as ended.
    pub revocations: SessionRevocations,
    /// What became of erasures.
    pub receipts: Receipts,
}

impl Me {
    /// Ends all sessions of a fan: in this process at once, in the others within seconds.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn sign_out_everywhere(&self, fan: FanId) -> Result<(), ServiceError> {
        let (what, by) = (SignOut::Fan(fan), AuditActor::Fan(fan));
        let revocation = self.sign_outs.sign_out(what, AuditAct::SignOut, by).await?;
        self.revocations.note(&revocation);
        Ok(())
    }

    /// Erases a fan. The row and the sessions are gone when this returns, and the rest follows, whatever happens to this
    /// process. Returns the code of the receipt.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond; the erasure may have been asked for all the same.
    pub async fn erase(&self, fan: &FansProfile) -> Result<Option<String>, ServiceError> {
        let by = AuditActor::Fan(fan.id);
        match self.erasure.request(fan, by).await? {
            Some(requested) => Ok(Some(self.receipts.code(requested.receipt, fan.id).await)),
            None => self.erasure_under_way(fan.id).await,
        }
    }

    /// The code of the receipt of this fan's erasure, while it is not finished.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn erasure_under_way(&self, fan: FanId) -> Result<Option<String>, ServiceError> {
        match self.erasure.unfinished(fan).await? {
            Some(requested) => Ok(Some(self.receipts.code(requested.receipt, fan).await)),
            None => Ok(None),
        }
    }
}

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
    domain::{AuditAct, AuditActor, FanId, FansProfile, SignIn},
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

    /// Erases the fan of a session. The row and the sessions are gone when this returns, and the rest follows, whatever happens
    /// to this process. Returns the code of the receipt. None: the row was gone already.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond; the erasure may have been asked for all the same.
    pub async fn erase(&self, fan: &FansProfile, sign_in: &SignIn) -> Result<Option<String>, ServiceError> {
        let Some(requested) = self.erasure.request(fan, AuditActor::Fan(fan.id)).await? else {
            return Ok(None);
        };
        // So that no copy of the cookie is good here until this process has read of the erasure.
        self.revocations.revoke(sign_in).await;
        Ok(Some(self.receipts.code(requested.receipt, fan.id).await))
    }
}

use std::sync::Arc;

use crate::{
    domain::{ErasureReason, FanId, OpenId, OpenIdHash, ReceiptId, Timestamp},
    repositories::{Added, RepositoryError, Transaction},
};

/// A fan who is erased, for those who tell others of it. The openid goes with the transaction: whatever is stored of it is
/// sealed, or names the fan by the hash.
#[derive(Debug)]
pub struct ErasedFan<'a> {
    /// Where there was a row.
    pub id: Option<FanId>,
    /// Within this account.
    pub openid: &'a OpenId,
    /// The subject of jobs about the openid. Jobs with it that were there before are dropped by now.
    pub openid_hash: &'a OpenIdHash,
    /// Why.
    pub reason: ErasureReason,
    /// The number of the receipt.
    pub receipt: ReceiptId,
    /// When the erasure was asked for.
    pub at: Timestamp,
}

/// Is told of each fan who is erased wholly.
pub trait ErasureListener: Send + Sync {
    /// Adds what is to be done later to the transaction of the erasure, and returns the jobs that it added.
    ///
    /// # Errors
    /// [`RepositoryError`]: then nothing of the erasure is done either.
    fn fan_erased(&self, tx: &mut Transaction<'_>, fan: &ErasedFan<'_>) -> Result<Vec<Added>, RepositoryError>;
}

/// Those who are told. Clones share them.
#[derive(Clone, Default)]
pub struct ErasureListeners(Arc<[Box<dyn ErasureListener>]>);

impl ErasureListeners {
    /// These listeners, told in this order.
    pub fn new(listeners: Vec<Box<dyn ErasureListener>>) -> Self {
        Self(listeners.into())
    }

    pub(super) fn tell(&self, tx: &mut Transaction<'_>, fan: &ErasedFan<'_>) -> Result<Vec<Added>, RepositoryError> {
        let mut added = Vec::new();
        for listener in self.0.iter() {
            added.extend(listener.fan_erased(tx, fan)?);
        }
        Ok(added)
    }
}

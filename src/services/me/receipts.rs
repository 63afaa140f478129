use super::receipt_code::ReceiptCode;
use crate::{
    domain::{ErasureReason, FanId, OpenIdHash, ReceiptId, SignIn, Timestamp},
    repositories::{Receipt, RepositoryError, SecretUse},
    services::{ServiceError, fans::Erasure},
};

/// Says what became of erasures.
#[derive(Clone)]
pub struct Receipts {
    /// Has the receipts, and what could come back.
    pub erasure: Erasure,
}

/// What became of an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptReport {
    /// The number of its receipt.
    pub receipt: ReceiptId,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// How far it is.
    pub state: ReceiptState,
    /// Whether something of the fan is there again under the old id. None: a number alone does not tell whose it was.
    pub came_back: Option<bool>,
    /// The receipt as the fan can keep it. None: only its number was given.
    pub code: Option<String>,
}

/// How far an erasure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptState {
    /// Something is left.
    GoingOn,
    /// All is gone.
    Finished {
        /// Since when.
        at: Timestamp,
    },
    /// The receipt is genuine, and the database does not have it: it was restored from an older copy.
    Lost,
}

impl Receipts {
    /// The receipt of a fan's erasure as the fan can keep it. Its number alone if the database does not respond any more: the
    /// erasure was asked for, and its fan must not be left without any.
    pub(super) async fn code(&self, receipt: ReceiptId, fan: FanId) -> String {
        match self.sign(receipt, fan).await {
            Ok(Some(code)) => code,
            Ok(None) | Err(_) => receipt.to_string(),
        }
    }

    /// The receipt of the erasure that ended this session, in the same form, for a fan to whom the first answer was lost.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn of_session(&self, sign_in: &SignIn) -> Result<Option<String>, ServiceError> {
        let Some(secret) = self.secret().await? else {
            return Ok(None);
        };
        let Some(hash) = OpenIdHash::new(&secret, &sign_in.openid) else {
            return Ok(None);
        };
        let receipts = &self.erasure.receipts;
        let found = receipts.newest_of_fan(&hash, sign_in.signed_in_at).await?;
        match found {
            Some(receipt) => Ok(Some(self.code(receipt, sign_in.fan_id).await)),
            None => Ok(None),
        }
    }

    async fn sign(&self, receipt: ReceiptId, fan: FanId) -> Result<Option<String>, RepositoryError> {
        let (Some(secret), Some(row)) = (self.secret().await?, self.erasure.receipts.find(receipt).await?) else {
            return Ok(None);
        };
        let mut openid_hash = [0; 32];
        hex::decode_to_slice(&row.openid_hash, &mut openid_hash)
            .map_err(|error| RepositoryError::Corrupt(error.into()))?;
        let code = ReceiptCode {
            receipt,
            fan,
            openid_hash,
            requested_at: row.requested_at,
        };
        Ok(code.sign(&secret))
    }

    /// What became of the erasure that a text names: a receipt's number, its code, or a file with the code. None: it names
    /// none of ours.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn look_up(&self, text: &str) -> Result<Option<ReceiptReport>, ServiceError> {
        if let Ok(receipt) = ReceiptId::parse(text.trim()) {
            let found = self.find(receipt).await?;
            return Ok(found.map(|row| report(receipt, &row)));
        }
        let Some(text) = ReceiptCode::find(text) else {
            return Ok(None);
        };
        let Some(code) = self
            .secret()
            .await?
            .and_then(|secret| ReceiptCode::verify(&secret, text))
        else {
            return Ok(None);
        };
        let found = self.erasure.receipts.find(code.receipt).await?;
        let report = found.map_or_else(|| lost(&code), |row| report(code.receipt, &row));
        Ok(Some(ReceiptReport {
            came_back: Some(self.is_there(code.fan).await?),
            code: Some(text.to_owned()),
            ..report
        }))
    }

    /// The code in a text that was kept, unchecked.
    pub fn code_in(text: &str) -> Option<&str> {
        ReceiptCode::find(text)
    }

    /// The receipt of a whole fan's erasure.
    async fn find(&self, receipt: ReceiptId) -> Result<Option<Receipt>, RepositoryError> {
        let found = self.erasure.receipts.find(receipt).await?;
        let is_whole = |reason: &ErasureReason| !ErasureReason::PARTIAL.contains(reason);
        Ok(found.filter(|row| row.reason.as_ref().is_some_and(is_whole)))
    }

    /// Whether a row or a photo has this id. A fan who registers anew gets another one.
    async fn is_there(&self, fan: FanId) -> Result<bool, RepositoryError> {
        let has_row = self.erasure.fans.find(fan).await?.is_some();
        Ok(has_row || self.erasure.photos.photos.count(fan).await? > 0)
    }

    async fn secret(&self) -> Result<Option<Vec<u8>>, RepositoryError> {
        let database = self.erasure.fans.database();
        self.erasure.secrets.read(database, SecretUse::ErasureReceipts).await
    }
}

fn report(receipt: ReceiptId, row: &Receipt) -> ReceiptReport {
    ReceiptReport {
        receipt,
        requested_at: row.requested_at,
        state: match row.finished_at {
            Some(at) => ReceiptState::Finished { at },
            None => ReceiptState::GoingOn,
        },
        came_back: None,
        code: None,
    }
}

fn lost(code: &ReceiptCode) -> ReceiptReport {
    ReceiptReport {
        receipt: code.receipt,
        requested_at: code.requested_at,
        state: ReceiptState::Lost,
        came_back: None,
        code: None,
    }
}

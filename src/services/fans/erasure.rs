//! The erasure of a fan's data: `fanpass fans forget`. `repositories/session_revocations.rs` removes the row (`remove_fan`) and
//! revokes the sessions; `services/sessions/revocation_sync/forgotten_tokens.rs` drops the tokens in every running process.

use super::FanAdministration;
use crate::{
    audit::{self, OperatorAct},
    cache::CacheError,
    domain::{FanId, FanKey},
    repositories::SignOut,
    services::ServiceError,
};

/// What was erased. The fan's sessions ended in any case.
#[derive(Debug)]
pub struct Forgotten {
    /// The fan's id, with which the command can be repeated.
    pub fan: FanId,
    /// Whether there was a row. There is none now.
    pub had_row: bool,
    /// The web token is removed after the transaction, and this can fail alone.
    pub token: TokenRemoval,
}

/// What became of a forgotten fan's web token.
#[derive(Debug)]
pub enum TokenRemoval {
    /// It was there and is gone.
    Removed,
    /// There was none.
    NoneKept,
    /// The running process has it in its own memory, and drops it when it reads the revocation.
    LeftToProcess,
    /// The cache failed. Every running process keeps trying, and the command can be repeated.
    Failed(CacheError),
}

impl FanAdministration {
    /// Removes a fan's row and ends their sessions in one transaction, then removes their web token. Can be repeated with
    /// the id. None: there is no such fan.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond; the erasure may have happened all the same.
    pub async fn forget(&self, key: &FanKey) -> Result<Option<Forgotten>, ServiceError> {
        let (fan, had_row) = match (self.find(key).await?, key) {
            (Some(fan), _) => (fan.id, self.sign_out(SignOut::Forget(fan.id)).await?),
            (None, FanKey::Id(id)) if self.parts.revocations.was_forgotten(*id).await? => (*id, false),
            (None, _) => return Ok(None),
        };
        let token = self.remove_token(fan).await;
        audit::operator_act(self.account(), OperatorAct::Forget(fan));
        Ok(Some(Forgotten { fan, had_row, token }))
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

use std::collections::VecDeque;

use super::ForgottenTokens;
use crate::{
    audit::{self, OperatorAct},
    domain::{AppId, RevocationScope},
    repositories::{RepositoryError, StoredRevocation},
    services::sessions::SessionRevocations,
};

/// Rows per query.
const PAGE_ROWS: u16 = 2000;
/// The new rows of this many rounds are read again, because a row whose transaction commits late appears after rows with
/// higher ids. A statement ends after 5 s at the latest, and its writer tries again with a new row.
const OVERLAP_ROUNDS: usize = 30;

/// Reads revocations from the database into the list, and remembers how far it has come.
#[derive(Default)]
pub(super) struct Reader {
    /// The highest id after each of the last rounds, the oldest round first.
    highest_ids: VecDeque<i64>,
    /// How far the sweep through all rows has come.
    swept_id: i64,
}

impl Reader {
    /// Reads the rows that are new, and those of the last rounds again.
    pub(super) async fn read_new(
        &mut self,
        revocations: &SessionRevocations,
        forgotten_tokens: &mut ForgottenTokens,
    ) -> Result<(), RepositoryError> {
        let mut after = self.highest_ids.front().copied().unwrap_or_default();
        loop {
            let page = revocations.repository.since(after, PAGE_ROWS).await?;
            after = page.last().map_or(after, |row| row.id);
            self.add_to_list(&page, revocations, forgotten_tokens);
            if page.len() < usize::from(PAGE_ROWS) {
                break;
            }
        }
        revocations.list.complete();
        if self.highest_ids.len() == OVERLAP_ROUNDS {
            self.highest_ids.pop_front();
        }
        self.highest_ids.push_back(after);
        Ok(())
    }

    /// Reads the next page of all rows.
    pub(super) async fn sweep(
        &mut self,
        revocations: &SessionRevocations,
        forgotten_tokens: &mut ForgottenTokens,
    ) -> Result<(), RepositoryError> {
        let page = revocations.repository.since(self.swept_id, PAGE_ROWS).await?;
        self.add_to_list(&page, revocations, forgotten_tokens);
        let is_last = page.len() < usize::from(PAGE_ROWS);
        self.swept_id = page.last().filter(|_| !is_last).map_or(0, |row| row.id);
        Ok(())
    }

    /// Reads everything again in the next round.
    pub(super) fn forget_position(&mut self) {
        self.highest_ids.clear();
    }

    fn add_to_list(
        &self,
        page: &[StoredRevocation],
        revocations: &SessionRevocations,
        forgotten_tokens: &mut ForgottenTokens,
    ) {
        let is_start = !revocations.list.is_complete();
        let now = revocations.clock.now();
        let highest_id = self.highest_ids.back().copied().unwrap_or_default();
        for row in page {
            let Some(revocation) = &row.revocation else {
                if row.id > highest_id {
                    tracing::warn!(revocation.id = row.id, "a revocation of sessions is not understood");
                }
                continue;
            };
            // Each row locks the list anew, so that no request waits for a whole page.
            if revocation.expires_at <= now || !revocations.list.add(revocation) {
                continue;
            }
            if let RevocationScope::Fan {
                fan, forgotten: true, ..
            } = revocation.scope
            {
                forgotten_tokens.add(fan);
            }
            if !is_start {
                audit_operator(revocations.repository.app_id(), &revocation.scope);
            }
        }
    }
}

/// Every replica logs what operators do, because the log of their own command may be lost.
fn audit_operator(account: &AppId, scope: &RevocationScope) {
    match scope {
        RevocationScope::Session(_) => {}
        RevocationScope::Fan {
            fan, forgotten: true, ..
        } => audit::operator_act_applied(account, OperatorAct::Forget(*fan)),
        RevocationScope::Fan { fan, .. } => audit::operator_act_applied(account, OperatorAct::SignOut(*fan)),
        RevocationScope::All { .. } => audit::operator_act_applied(account, OperatorAct::SignOutAll),
    }
}

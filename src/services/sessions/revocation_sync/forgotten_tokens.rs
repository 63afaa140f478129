use std::collections::VecDeque;

use crate::{domain::FanId, services::web_tokens::WebTokens};

/// The most fans whose tokens can wait to be removed.
const MAX_WAITING: usize = 10_000;
const REMOVED_PER_ROUND: usize = 100;

/// Forgotten fans whose tokens are not removed yet. Only this process can remove them from its own memory.
#[derive(Default)]
pub(super) struct ForgottenTokens {
    fans: VecDeque<FanId>,
}

impl ForgottenTokens {
    pub(super) fn add(&mut self, fan: FanId) {
        if self.fans.len() == MAX_WAITING {
            // The tokens of a fan without a row are never read. They only stay until they expire.
            self.fans.pop_front();
        }
        self.fans.push_back(fan);
    }

    /// Removes the tokens that have waited longest. If the cache fails, the next round tries again.
    pub(super) async fn remove_some(&mut self, tokens: &WebTokens) {
        for _ in 0..REMOVED_PER_ROUND {
            let Some(fan) = self.fans.front() else { return };
            if tokens.erase(*fan).await.is_err() {
                return;
            }
            self.fans.pop_front();
        }
    }
}

use super::account::Account;
use crate::{services::push::replies::ReplyRulesInForce, settings::REPLIES_FILE};

/// Something that was read at the start and that SIGHUP has read anew. It logs what became of it; what was in force before
/// stays if the new state is faulty.
trait Reload {
    fn reload(&self);
}

/// Everything that SIGHUP has read anew.
pub(super) struct Reloads(Vec<Box<dyn Reload>>);

impl Reloads {
    pub(super) fn of_accounts(accounts: &[Account]) -> Self {
        let replies = accounts.iter().map(|account| account.replies.clone());
        Self(
            replies
                .map(|replies| -> Box<dyn Reload> { Box::new(replies) })
                .collect(),
        )
    }

    pub(super) fn run(&self) {
        self.0.iter().for_each(|part| part.reload());
    }
}

impl Reload for ReplyRulesInForce {
    fn reload(&self) {
        match self.reload() {
            Ok(rules) => {
                let count = rules.all().len();
                tracing::info!("SIGHUP: rules for replies: {count}, read anew from {REPLIES_FILE}");
            }
            Err(error) => tracing::warn!("the rules for replies were not read anew, and the old ones stay: {error}"),
        }
    }
}

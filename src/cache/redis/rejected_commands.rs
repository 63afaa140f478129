use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{domain::Deadline, resilience::OutageLog};

/// How long after the last rejected command, or the last self-test, the next self-test is due.
const CALM: Duration = Duration::from_secs(1);

/// Records whether Redis responds but rejects commands. One successful command proves nothing about the others: a full Redis
/// still reads, and a user without the right to scripts still writes. So the rejections end only when a self-test with every
/// kind of command succeeds. Their begin and their end are logged.
#[derive(Debug)]
pub struct RejectedCommands {
    log: OutageLog,
    /// None while no command is rejected.
    next_self_test: Mutex<Option<Deadline>>,
}

impl RejectedCommands {
    /// Records that Redis rejected a command with this `reply`.
    pub fn record(&self, reply: &str) {
        *self.lock() = Some(Deadline::after(CALM));
        if self.log.record_failure() {
            tracing::warn!(
                cache.error = reply,
                "the cache refuses commands; going on without them (`fanpass check` says what to do)"
            );
        }
    }

    /// Whether a self-test is due after a successful command. If so the caller runs it, and for a while no other is due.
    pub fn begin_self_test(&self) -> bool {
        let mut next = self.lock();
        let is_due = next.is_some_and(|next| next.has_passed());
        if is_due {
            *next = Some(Deadline::after(CALM));
        }
        is_due
    }

    /// Records that a self-test succeeded.
    pub fn end(&self) {
        *self.lock() = None;
        if self.log.record_success().is_some() {
            tracing::info!("the cache refuses nothing any more");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Deadline>> {
        self.next_self_test.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for RejectedCommands {
    fn default() -> Self {
        Self {
            log: OutageLog::with_quiet_after_end(),
            next_self_test: Mutex::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_self_test_is_due_a_calm_second_after_the_last_rejection_and_ends_them_all() {
        let rejected = RejectedCommands::default();
        assert!(!rejected.begin_self_test());
        rejected.record("OOM");
        assert!(!rejected.begin_self_test(), "too soon");
        tokio::time::advance(CALM).await;
        assert!(rejected.begin_self_test());
        assert!(!rejected.begin_self_test(), "one is under way");
        tokio::time::advance(CALM).await;
        assert!(rejected.begin_self_test(), "that one came to nothing");
        rejected.end();
        tokio::time::advance(CALM).await;
        assert!(!rejected.begin_self_test());
    }
}

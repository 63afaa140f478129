use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::domain::Deadline;

/// At the end of an outage some concurrent calls still fail while others already succeed.
const CALM_BEFORE_END: Duration = Duration::from_secs(1);
/// While one node of a cluster is down, calls alternately fail and succeed.
const QUIET_AFTER_END: Duration = Duration::from_secs(10);

/// Decides when an outage is logged: once when it begins and once when it ends, and not with every failed call. The
/// caller writes the lines.
///
/// It needs no runtime: any thread may use it.
#[derive(Debug, Default)]
pub struct OutageLog {
    calm_before_end: Duration,
    quiet_after_end: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Up {
        /// Until then a failure starts no outage.
        quiet_until: Option<Deadline>,
    },
    Down {
        failures: u64,
        /// Until then a success does not end the outage.
        calm_at: Deadline,
    },
}

impl Default for State {
    fn default() -> Self {
        Self::Up { quiet_until: None }
    }
}

impl OutageLog {
    /// An outage ends with the first success after a second without failures. The default is: with the first success.
    pub fn with_calm_before_end() -> Self {
        Self {
            calm_before_end: CALM_BEFORE_END,
            ..Self::default()
        }
    }

    /// For 10 seconds after an outage ended, failures start no new one.
    pub fn with_quiet_after_end() -> Self {
        Self {
            quiet_after_end: QUIET_AFTER_END,
            ..Self::default()
        }
    }

    /// Counts a failure. Returns whether it starts an outage.
    pub fn record_failure(&self) -> bool {
        let mut state = self.lock();
        let before = match *state {
            State::Up { quiet_until: Some(end) } if !end.has_passed() => return false,
            State::Up { .. } => 0,
            State::Down { failures, .. } => failures,
        };
        *state = State::Down {
            failures: before.saturating_add(1),
            calm_at: Deadline::after(self.calm_before_end),
        };
        before == 0
    }

    /// Records a success. If it ends an outage, returns the number of failures in it.
    pub fn record_success(&self) -> Option<u64> {
        let mut state = self.lock();
        match *state {
            State::Down { failures, calm_at } if calm_at.has_passed() => {
                let quiet_until = Some(Deadline::after(self.quiet_after_end));
                *state = State::Up { quiet_until };
                Some(failures)
            }
            State::Up { .. } | State::Down { .. } => None,
        }
    }

    /// A panic elsewhere leaves the state intact: it is always replaced as a whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_outage_begins_once_and_ends_once_with_a_success_after_a_calm_second() {
        let outage = OutageLog::with_calm_before_end();
        assert_eq!(outage.record_success(), None);
        assert!(outage.record_failure());
        assert!(!outage.record_failure());
        assert_eq!(outage.record_success(), None, "others may still fail");
        tokio::time::advance(CALM_BEFORE_END).await;
        assert!(!outage.record_failure());
        tokio::time::advance(CALM_BEFORE_END / 2).await;
        assert_eq!(outage.record_success(), None);
        tokio::time::advance(CALM_BEFORE_END).await;
        assert_eq!(outage.record_success(), Some(3));
        assert_eq!(outage.record_success(), None);
        assert!(outage.record_failure(), "the next one");
    }

    #[tokio::test(start_paused = true)]
    async fn after_an_end_the_next_outage_begins_after_a_quiet_time() {
        let outage = OutageLog::with_quiet_after_end();
        assert_eq!(outage.record_success(), None);
        assert!(outage.record_failure() && !outage.record_failure());
        assert_eq!(outage.record_success(), Some(2));
        assert_eq!(outage.record_success(), None);
        assert!(!outage.record_failure(), "too soon");
        tokio::time::advance(QUIET_AFTER_END).await;
        assert!(outage.record_failure());
        assert_eq!(outage.record_success(), Some(1));
    }

    #[test]
    fn without_a_runtime_an_outage_ends_with_the_first_success() {
        let outage = OutageLog::default();
        assert!(outage.record_failure() && !outage.record_failure());
        assert_eq!(outage.record_success(), Some(2));
        assert!(outage.record_failure(), "the next one, at once");
    }
}

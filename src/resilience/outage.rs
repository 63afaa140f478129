use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::domain::Deadline;

/// An outage is over with the first success after so long a time without a failure: of calls that run side by side the
/// ones may fail while the others succeed.
const CALM: Duration = Duration::from_secs(1);

/// Whether something that we lean on fails. With it an outage is logged when it begins and when it ends, and not with
/// every request.
#[derive(Debug, Default)]
pub struct Outage(Mutex<Option<Ongoing>>);

#[derive(Debug)]
struct Ongoing {
    failures: u64,
    calm: Deadline,
}

impl Outage {
    /// Takes note of a failure, and says whether an outage begins with it.
    pub fn begins(&self) -> bool {
        let mut state = self.lock();
        let failures = state.as_ref().map_or(0, |ongoing| ongoing.failures);
        *state = Some(Ongoing {
            failures: failures.saturating_add(1),
            calm: Deadline::after(CALM),
        });
        failures == 0
    }

    /// Takes note of a success. If it ends an outage, answers how many failures that had.
    pub fn ends(&self) -> Option<u64> {
        let mut state = self.lock();
        let is_over = state.as_ref().is_some_and(|ongoing| ongoing.calm.has_passed());
        if is_over {
            state.take().map(|ongoing| ongoing.failures)
        } else {
            None
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Ongoing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_outage_begins_once_and_ends_once_with_a_success_after_a_calm_second() {
        let outage = Outage::default();
        assert_eq!(outage.ends(), None);
        assert!(outage.begins());
        assert!(!outage.begins());
        assert_eq!(outage.ends(), None, "others may still fail");
        tokio::time::advance(CALM).await;
        assert!(!outage.begins());
        tokio::time::advance(CALM / 2).await;
        assert_eq!(outage.ends(), None);
        tokio::time::advance(CALM).await;
        assert_eq!(outage.ends(), Some(3));
        assert_eq!(outage.ends(), None);
        assert!(outage.begins(), "the next one");
    }
}

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::ErrorClass;
use crate::domain::{Clock, Timestamp};

/// How the last real call to the platform went. Nothing is called to find out: its quotas are for fans.
#[derive(Debug, Clone, Default)]
pub struct PlatformHealth {
    clock: Clock,
    last: Arc<Mutex<Option<LastCall>>>,
}

/// The last call, whichever worker made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCall {
    /// The class of its error, unless that shows the platform at work as well as a success does.
    pub fault: Option<ErrorClass>,
    /// How long it took.
    pub took: Duration,
    /// When it ended.
    pub at: Timestamp,
    /// Since when calls go well, or since when they do not.
    pub since: Timestamp,
}

impl PlatformHealth {
    /// The state before the first call.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            last: Arc::default(),
        }
    }

    /// The last call; none before the first.
    pub fn last(&self) -> Option<LastCall> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call ended.
    pub(super) fn record(&self, error: Option<ErrorClass>, took: Duration) {
        let at = self.clock.now();
        let fault = error.filter(|class| !class.shows_platform_at_work());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let same = last.filter(|last| last.fault.is_some() == fault.is_some());
        let since = same.map_or(at, |last| last.since);
        *last = Some(LastCall { fault, took, at, since });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_call_decides_and_its_kind_counts_from_the_first_in_a_row() {
        let clock = Clock::system();
        let health = PlatformHealth::new(clock.clone());
        assert_eq!(health.last(), None);
        let feel = |error| {
            clock.advance(60);
            health.record(error, Duration::ZERO);
            health.last().unwrap()
        };
        let first = feel(None);
        let refused_code = feel(Some(ErrorClass::Reauthorize));
        assert_eq!((refused_code.fault, refused_code.since), (None, first.since));
        assert!(refused_code.at > first.at);
        let slow = feel(Some(ErrorClass::Timeout));
        let busy = feel(Some(ErrorClass::Busy));
        assert_eq!((busy.fault, busy.since), (Some(ErrorClass::Busy), slow.since));
        let well = feel(None);
        assert_eq!((well.fault, well.since), (None, well.at));
    }
}

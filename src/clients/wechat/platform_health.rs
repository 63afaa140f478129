use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{ErrorClass, PlatformError};
use crate::{
    domain::{Clock, Timestamp},
    resilience::OutageLog,
};

/// How the last call to the platform went, and the log lines about failures. No call is made only to find out: the
/// platform's quotas are for fans. Clones share it.
#[derive(Debug, Clone)]
pub struct PlatformHealth {
    clock: Clock,
    last: Arc<Mutex<Option<LastCall>>>,
    outage: Arc<OutageLog>,
}

/// The last call of any worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCall {
    /// The class of its error. `None` after a success, and after an error that shows that the platform works.
    pub fault: Option<ErrorClass>,
    /// Including repetitions of the request.
    pub took: Duration,
    /// When it ended.
    pub at: Timestamp,
    /// When the first call of this row of successes or failures ended.
    pub since: Timestamp,
}

impl PlatformHealth {
    /// The state before the first call.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            last: Arc::default(),
            outage: Arc::new(OutageLog::with_calm_before_end()),
        }
    }

    /// `None` before the first call.
    pub fn last(&self) -> Option<LastCall> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a call that ended.
    pub(super) fn record(&self, error: Option<ErrorClass>, took: Duration) {
        let at = self.clock.now();
        let fault = error.filter(|class| !class.shows_platform_at_work());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let same = last.filter(|last| last.fault.is_some() == fault.is_some());
        let since = same.map_or(at, |last| last.since);
        *last = Some(LastCall { fault, took, at, since });
    }

    /// Logs the end of an outage, if this success ends one.
    pub fn log_success(&self) {
        if let Some(failures) = self.outage.record_success() {
            tracing::info!(wechat.failures = failures, "the platform responds again");
        }
    }

    /// Logs a failed call: as an error each time if only an operator can fix it, and as one warning if it may end by
    /// itself.
    pub fn log_failure(&self, error: &PlatformError) {
        match error.class() {
            ErrorClass::Configuration | ErrorClass::Permanent => tracing::error!(
                %error,
                "the platform refuses this account: check WECHAT_APP_ID, WECHAT_APP_SECRET and the account's IP list \
                 in the console; `fanpass check --online` tests them"
            ),
            ErrorClass::Reauthorize | ErrorClass::TokenEnded => tracing::info!(%error, "a code or a token was refused"),
            ErrorClass::NotFound => tracing::info!(%error, "the platform does not have what was asked for"),
            ErrorClass::Rejected => tracing::info!(%error, "the platform does not take what was sent"),
            ErrorClass::Busy
            | ErrorClass::Quota
            | ErrorClass::Frequency
            | ErrorClass::Garbage
            | ErrorClass::Timeout => {
                if self.outage.record_failure() {
                    tracing::warn!(%error, "the platform does not respond as it should; further failures are logged as info");
                } else {
                    tracing::info!(%error, "a call to the platform failed");
                }
            }
        }
    }
}

impl Default for PlatformHealth {
    fn default() -> Self {
        Self::new(Clock::default())
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
        let record = |error| {
            clock.advance(60);
            health.record(error, Duration::ZERO);
            health.last().unwrap()
        };
        let first = record(None);
        let refused_code = record(Some(ErrorClass::Reauthorize));
        assert_eq!((refused_code.fault, refused_code.since), (None, first.since));
        assert!(refused_code.at > first.at);
        let not_there = record(Some(ErrorClass::NotFound));
        assert_eq!((not_there.fault, not_there.since), (None, first.since));
        let slow = record(Some(ErrorClass::Timeout));
        let busy = record(Some(ErrorClass::Busy));
        assert_eq!((busy.fault, busy.since), (Some(ErrorClass::Busy), slow.since));
        let well = record(None);
        assert_eq!((well.fault, well.since), (None, well.at));
    }
}

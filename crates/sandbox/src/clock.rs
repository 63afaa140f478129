//! The sandbox's time, which the control API can put forward.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The system's clock and how far the sandbox is ahead of it.
#[derive(Default)]
pub(super) struct Clock {
    ahead: AtomicI64,
}

impl Clock {
    /// Seconds since 1970.
    #[expect(
        clippy::disallowed_methods,
        reason = "the sandbox imports nothing of ours, not even the clock"
    )]
    pub(super) fn now(&self) -> i64 {
        let system = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        i64::try_from(system).unwrap_or(i64::MAX).saturating_add(self.ahead())
    }

    /// Seconds ahead of the system's clock.
    pub(super) fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// Puts the clock forward.
    pub(super) fn advance(&self, seconds: u32) {
        self.ahead.fetch_add(i64::from(seconds), Ordering::Relaxed);
    }
}

//! The sandbox's time, which the control API can move forward.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// How long something takes.
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this is the sandbox's clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start.
    pub fn ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The system's clock, and how far the sandbox is ahead of it.
#[derive(Default)]
pub struct Clock {
    seconds_ahead: AtomicI64,
}

impl Clock {
    /// Seconds since 1970.
    #[expect(clippy::disallowed_methods, reason = "this is the sandbox's clock")]
    pub fn now(&self) -> i64 {
        let system = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        i64::try_from(system)
            .unwrap_or(i64::MAX)
            .saturating_add(self.seconds_ahead())
    }

    /// Seconds ahead of the system's clock.
    pub fn seconds_ahead(&self) -> i64 {
        self.seconds_ahead.load(Ordering::Relaxed)
    }

    /// Moves the clock forward.
    pub fn advance(&self, seconds: u32) {
        self.seconds_ahead.fetch_add(i64::from(seconds), Ordering::Relaxed);
    }
}

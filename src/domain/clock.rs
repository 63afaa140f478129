use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use super::Timestamp;

/// The only source of the present time. Clones share their offset, so that a test can move the time of a whole
/// application; in production the offset stays zero.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// The time of the system.
    pub fn system() -> Self {
        Self::default()
    }

    /// The present moment, in whole seconds.
    pub fn now(&self) -> Timestamp {
        let since_epoch = self.now_precise();
        Timestamp::from_unix_seconds(i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX))
    }

    /// The present moment as time since 1970-01-01T00:00:00Z, with the system's precision.
    #[expect(clippy::disallowed_methods, reason = "this is the place where the time is read")]
    pub fn now_precise(&self) -> Duration {
        let system = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let offset = self.offset_seconds.load(Ordering::Relaxed);
        let shift = Duration::from_secs(offset.unsigned_abs());
        if offset < 0 {
            system.saturating_sub(shift)
        } else {
            system.saturating_add(shift)
        }
    }

    /// Moves this clock and all its clones by `seconds`. For tests and demonstrations.
    pub fn advance(&self, seconds: i64) {
        self.offset_seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_move_together() {
        let clock = Clock::system();
        let clone = clock.clone();
        let before = clone.now();
        clock.advance(3600);
        assert!(clone.now().seconds_since(before) >= 3600);
    }
}

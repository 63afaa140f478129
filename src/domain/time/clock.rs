use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use crate::domain::Timestamp;

/// The only source of the present time. Clones share their offsets, so that a test can move the time of a whole
/// application; in production the offsets stay zero.
///
/// Wall-clock time is for what leaves this process and for what is compared with a database or another process.
/// Durations within this process are measured by [`Clock::monotonic`], which no change of the system's time affects.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offsets: Arc<Offsets>,
}

/// In seconds.
#[derive(Debug, Default)]
struct Offsets {
    wall: AtomicI64,
    monotonic: AtomicI64,
}

impl Clock {
    /// The time of the system.
    pub fn system() -> Self {
        Self::default()
    }

    /// The present moment, in whole seconds.
    pub fn now(&self) -> Timestamp {
        let since_1970 = self.now_precise();
        Timestamp::from_unix_seconds(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
    }

    /// The present moment as time since 1970-01-01T00:00:00Z, with the system's precision.
    #[expect(clippy::disallowed_methods, reason = "this is the place where the time is read")]
    pub fn now_precise(&self) -> Duration {
        let system = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        shifted(system, &self.offsets.wall)
    }

    /// Time since some moment of this process. It never goes back and never jumps. Only differences have a meaning.
    #[expect(clippy::disallowed_methods, reason = "this is the place where the time is read")]
    pub fn monotonic(&self) -> Duration {
        static ORIGIN: OnceLock<Instant> = OnceLock::new();
        let now = Instant::now();
        let origin = *ORIGIN.get_or_init(|| now);
        shifted(now.saturating_duration_since(origin), &self.offsets.monotonic)
    }

    /// Lets `seconds` pass on this clock and all its clones. For tests and demonstrations.
    pub fn advance(&self, seconds: i64) {
        self.offsets.monotonic.fetch_add(seconds, Ordering::Relaxed);
        self.step_wall(seconds);
    }

    /// Moves the wall-clock time of this clock and all its clones by `seconds`, forward or back, as an operator or NTP
    /// does. No time passes. For tests.
    pub fn step_wall(&self, seconds: i64) {
        self.offsets.wall.fetch_add(seconds, Ordering::Relaxed);
    }
}

fn shifted(time: Duration, offset_seconds: &AtomicI64) -> Duration {
    let offset = offset_seconds.load(Ordering::Relaxed);
    let shift = Duration::from_secs(offset.unsigned_abs());
    if offset < 0 {
        time.saturating_sub(shift)
    } else {
        time.saturating_add(shift)
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

    #[test]
    fn a_step_of_the_wall_clock_lets_no_time_pass() {
        let clock = Clock::system();
        let clone = clock.clone();
        let (wall, monotonic) = (clone.now(), clone.monotonic());
        clock.step_wall(-3600);
        assert!(clone.now().seconds_since(wall) < -3500);
        clock.step_wall(7200);
        assert!(clone.now().seconds_since(wall) >= 3600);
        let passed = clone.monotonic().checked_sub(monotonic).unwrap();
        assert!(passed < Duration::from_secs(60));
        clock.advance(3600);
        assert!(clone.monotonic().checked_sub(monotonic).unwrap() >= Duration::from_secs(3600));
    }
}

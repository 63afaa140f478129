use std::{fmt, time::Duration};

/// Beyond this a clock is wrong: what two replicas, the database and the cache think of a time-out no longer fits.
const LIMIT_SECONDS: f64 = 30.0;

/// How far the clock of a server is from ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockOffset {
    seconds: f64,
    doubt: f64,
}

impl ClockOffset {
    /// The offset of a server that was asked at `asked`, said `theirs`, and whose answer came at `answered`: by our clock
    /// the first and the last, all since 1970-01-01T00:00:00Z.
    pub fn between(asked: Duration, theirs: Duration, answered: Duration) -> Self {
        let doubt = answered.saturating_sub(asked).as_secs_f64() / 2.0;
        Self {
            seconds: theirs.as_secs_f64() - (asked.as_secs_f64() + doubt),
            doubt,
        }
    }

    /// Seconds that the server's clock is ahead of ours, or, if negative, behind.
    pub fn seconds(self) -> f64 {
        self.seconds
    }

    /// Whether it is more than 30 seconds, even if the whole round trip lay on one side of the server's look at its clock.
    pub fn is_beyond(self) -> bool {
        self.seconds.abs() - self.doubt > LIMIT_SECONDS
    }
}

/// `90.1 s ahead of ours`.
impl fmt::Display for ClockOffset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.seconds < 0.0 { "behind" } else { "ahead of" };
        write!(formatter, "{:.1} s {side} ours", self.seconds.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(asked: u64, theirs: u64, answered: u64) -> ClockOffset {
        let at = |seconds| Duration::from_secs(1_800_000_000 + seconds);
        ClockOffset::between(at(asked), at(theirs), at(answered))
    }

    #[test]
    fn an_offset_is_theirs_less_ours_in_the_middle_of_the_round_trip() {
        assert!((offset(100, 150, 102).seconds() - 49.0).abs() < 0.001);
        assert_eq!(offset(100, 150, 102).to_string(), "49.0 s ahead of ours");
        assert_eq!(offset(100, 10, 100).to_string(), "90.0 s behind ours");
    }

    #[test]
    fn the_round_trip_is_allowed_for() {
        assert!(!offset(100, 130, 100).is_beyond());
        assert!(offset(100, 131, 100).is_beyond() && offset(100, 69, 100).is_beyond());
        assert!(!offset(100, 140, 110).is_beyond() && offset(100, 141, 110).is_beyond());
    }
}

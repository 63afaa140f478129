use std::{fmt, time::Duration};

/// A clock that is further off is wrong: replicas, database and cache no longer agree about a time-out.
const LIMIT_SECONDS: f64 = 30.0;

/// How far the clock of a server is from ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockOffset {
    seconds: f64,
    uncertainty: f64,
}

impl ClockOffset {
    /// The offset of a server that reported the time `theirs`. Our request left at `sent`, and its reply came at
    /// `received`, both by our clock. All are since 1970-01-01T00:00:00Z.
    pub fn between(sent: Duration, theirs: Duration, received: Duration) -> Self {
        let uncertainty = received.saturating_sub(sent).as_secs_f64() / 2.0;
        Self {
            seconds: theirs.as_secs_f64() - (sent.as_secs_f64() + uncertainty),
            uncertainty,
        }
    }

    /// Seconds that the server's clock is ahead of ours, or, if negative, behind.
    pub fn seconds(self) -> f64 {
        self.seconds
    }

    /// Whether it is more than 30 seconds, wherever in the round trip the server read its clock.
    pub fn is_too_large(self) -> bool {
        self.seconds.abs() - self.uncertainty > LIMIT_SECONDS
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

    fn offset(sent: u64, theirs: u64, received: u64) -> ClockOffset {
        let at = |seconds| Duration::from_secs(1_800_000_000 + seconds);
        ClockOffset::between(at(sent), at(theirs), at(received))
    }

    #[test]
    fn an_offset_is_theirs_less_ours_in_the_middle_of_the_round_trip() {
        assert!((offset(100, 150, 102).seconds() - 49.0).abs() < 0.001);
        assert_eq!(offset(100, 150, 102).to_string(), "49.0 s ahead of ours");
        assert_eq!(offset(100, 10, 100).to_string(), "90.0 s behind ours");
    }

    #[test]
    fn the_round_trip_is_allowed_for() {
        assert!(!offset(100, 130, 100).is_too_large());
        assert!(offset(100, 131, 100).is_too_large() && offset(100, 69, 100).is_too_large());
        assert!(!offset(100, 140, 110).is_too_large() && offset(100, 141, 110).is_too_large());
    }
}

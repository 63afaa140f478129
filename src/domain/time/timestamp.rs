use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::domain::Malformed;

/// A moment in UTC, in whole seconds since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `seconds` after 1970-01-01T00:00:00Z.
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Reads a moment in the form of RFC 3339, as in `2026-11-27T08:00:00Z`. Fractions of a second are dropped.
    ///
    /// # Errors
    /// If the text has another form.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let moment: Result<jiff::Timestamp, _> = text.parse();
        moment.map(|moment| Self(moment.as_second())).map_err(|_| Malformed {
            what: "the moment",
            expected: "a time with its zone, as in 2026-11-27T08:00:00Z",
        })
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// This moment moved by `seconds` (negative: into the past).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative if `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment as people and machines read it: `2026-11-23T08:00:00Z`. Beyond the year 9999 its bare number.
    pub fn to_rfc3339(self) -> String {
        let text = OffsetDateTime::from_unix_timestamp(self.0).ok();
        let text = text.and_then(|moment| moment.format(&Rfc3339).ok());
        text.unwrap_or_else(|| self.0.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_with_a_zone_is_read() {
        let moment = Timestamp::from_unix_seconds(1_795_435_199);
        for text in [
            "2026-11-23T11:59:59Z",
            "2026-11-23T19:59:59+08:00",
            "2026-11-23 11:59:59.9Z",
        ] {
            assert_eq!(Timestamp::parse(text).unwrap(), moment, "{text}");
        }
        for wrong in ["", "2026-11-23", "2026-11-23T11:59:59", "1795435199"] {
            assert!(Timestamp::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(
            Timestamp::from_unix_seconds(1_795_435_199).to_rfc3339(),
            "2026-11-23T11:59:59Z"
        );
        assert_eq!(
            Timestamp::from_unix_seconds(i64::MAX).to_rfc3339(),
            i64::MAX.to_string()
        );
    }
}

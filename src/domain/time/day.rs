use std::fmt;

use time::Date;

use crate::domain::Malformed;

/// A day of the calendar. Which moments belong to it depends on the time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day of a date.
    pub const fn of_date(date: Date) -> Self {
        Self(date)
    }

    /// As the database stores it.
    pub const fn date(self) -> Date {
        self.0
    }

    /// This day moved by `days` (negative: into the past). Beyond the calendar's end it stays there.
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(time::Duration::days(days)))
    }

    /// Reads `2026-11-27`.
    ///
    /// # Errors
    /// If the text has another form, or there is no such day.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = Malformed {
            what: "the day",
            expected: "a date, as in 2026-11-27",
        };
        // Two digits each, so that a day has one way to be written.
        if text.len() != 10 {
            return Err(malformed);
        }
        let mut parts = text.splitn(3, '-').map(str::parse::<u16>);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed);
        };
        let date = || {
            let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
            Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
        };
        date().map(Self).ok_or(malformed)
    }
}

/// `2026-11-27`.
impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(formatter, "{year:04}-{:02}-{day:02}", u8::from(month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_back_and_what_is_no_day_is_refused() {
        let day = Day::parse("2024-02-29").unwrap();
        assert_eq!(day.to_string(), "2024-02-29");
        assert_eq!(day.plus_days(1).to_string(), "2024-03-01");
        assert_eq!(day.plus_days(-366).to_string(), "2023-02-28");
        for wrong in [
            "",
            "2023-02-29",
            "2024-2-29",
            "2024-02-30",
            "24-02-29",
            "2024/02/29",
            "20240229",
            "2024-02-291",
        ] {
            assert!(Day::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }
}

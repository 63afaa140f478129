use std::fmt;

use jiff::{civil, tz};
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::domain::{Day, Malformed, Timestamp};

/// A time zone of the IANA database, whose rules are compiled in: all replicas agree, whatever their machines have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone(tz::TimeZone);

impl TimeZone {
    /// Finds a zone by its name, in upper or lower case.
    ///
    /// # Errors
    /// If the database has no such name.
    pub fn parse(name: &str) -> Result<Self, Malformed> {
        let zone = tz::TimeZone::get(name).ok().filter(|zone| zone.iana_name().is_some());
        zone.map(Self).ok_or(Malformed {
            what: "the time zone",
            expected: "a name of the IANA database, as in Asia/Shanghai",
        })
    }

    /// The name as the database writes it.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or_default()
    }

    /// The day that a moment belongs to in this zone.
    pub fn day_of(&self, moment: Timestamp) -> Day {
        // Beyond the year 9999 there are no days; no clock of ours gets there.
        Day::of_date(self.local(moment).map_or(time::Date::MAX, PrimitiveDateTime::date))
    }

    /// What calendar and clock show in this zone. None: beyond the year 9999.
    pub fn local(&self, moment: Timestamp) -> Option<PrimitiveDateTime> {
        let seconds = moment.unix_seconds();
        let offset = jiff::Timestamp::from_second(seconds).map_or(0, |moment| self.0.to_offset(moment).seconds());
        let local = OffsetDateTime::from_unix_timestamp(seconds.saturating_add(i64::from(offset))).ok()?;
        Some(PrimitiveDateTime::new(local.date(), local.time()))
    }

    /// The first moment of a day: midnight, or later where the clocks are set forward at midnight.
    pub fn start_of(&self, day: Day) -> Timestamp {
        let (year, month, number) = day.date().to_calendar_date();
        let date = || {
            let month = i8::try_from(u8::from(month)).ok()?;
            civil::Date::new(i16::try_from(year).ok()?, month, i8::try_from(number).ok()?).ok()
        };
        let start = date().and_then(|date| date.to_zoned(self.0.clone()).ok());
        let seconds = start.map_or(i64::MAX, |start| start.timestamp().as_second());
        Timestamp::from_unix_seconds(seconds)
    }
}

/// The name.
impl fmt::Display for TimeZone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::parse(name).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_zone_is_found_by_its_name_only() {
        assert_eq!(zone("asia/shanghai").name(), "Asia/Shanghai");
        assert_eq!(zone("UTC").to_string(), "UTC");
        for wrong in ["", "CST-8", "Asia/Peking", "+08:00", "Shanghai", "../etc/passwd"] {
            assert!(TimeZone::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn in_shanghai_the_day_begins_at_16_00_utc() {
        let shanghai = zone("Asia/Shanghai");
        let day_of = |text| shanghai.day_of(at(text)).to_string();
        assert_eq!(day_of("2026-11-27T15:59:59Z"), "2026-11-27");
        assert_eq!(day_of("2026-11-27T16:00:00Z"), "2026-11-28");
        let start = shanghai.start_of(Day::parse("2026-11-28").unwrap());
        assert_eq!(start, at("2026-11-27T16:00:00Z"));
    }

    #[test]
    fn a_day_on_which_the_clocks_change_has_23_or_25_hours() {
        let berlin = zone("Europe/Berlin");
        let start = |day: &str| berlin.start_of(Day::parse(day).unwrap());
        let hours = |day: &str, next: &str| start(next).seconds_since(start(day)) / 3600;
        assert_eq!(hours("2026-03-29", "2026-03-30"), 23);
        assert_eq!(hours("2026-10-25", "2026-10-26"), 25);
        assert_eq!(berlin.day_of(at("2026-03-29T21:59:59Z")).to_string(), "2026-03-29");
        assert_eq!(berlin.day_of(at("2026-03-29T22:00:00Z")).to_string(), "2026-03-30");
        assert_eq!(berlin.day_of(at("2026-10-25T22:59:59Z")).to_string(), "2026-10-25");
    }

    #[test]
    fn where_there_is_no_midnight_the_day_begins_later() {
        // Cairo set its clocks from 00:00 to 01:00 on this day.
        let cairo = zone("Africa/Cairo");
        let day = Day::parse("2024-04-26").unwrap();
        let start = cairo.start_of(day);
        assert_eq!(start, at("2024-04-25T22:00:00Z"));
        assert_eq!(cairo.day_of(start), day);
        assert_eq!(cairo.day_of(start.plus_seconds(-1)), day.plus_days(-1));
    }

    #[test]
    fn the_rules_are_compiled_in() {
        // The bundled database only: no folder of the machine is looked at.
        assert!(jiff::tz::db().available().count() > 400);
    }
}

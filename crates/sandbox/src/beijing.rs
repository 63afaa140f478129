//! Days and months as the platform counts them: in Beijing, which is eight hours ahead.

const OFFSET_SECONDS: i64 = 8 * 3600;
const DAY_SECONDS: i64 = 24 * 3600;

/// Days since 1970.
pub fn day_of(now: i64) -> i64 {
    (now + OFFSET_SECONDS).div_euclid(DAY_SECONDS)
}

/// The time of day, as `18:05:09`.
pub fn clock_time(now: i64) -> String {
    let seconds = (now + OFFSET_SECONDS).rem_euclid(DAY_SECONDS);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Months since March of the year 0 (the civil calendar from days, by Howard Hinnant).
pub fn month_of(now: i64) -> i64 {
    let days = day_of(now) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    (era * 400 + year_of_era) * 12 + (5 * day_of_year + 2) / 153
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_month_begin_at_midnight_in_beijing() {
        // 2026-11-30T16:00:00Z is midnight of 1 December in Beijing.
        let midnight = 1_796_054_400;
        assert_eq!(day_of(midnight), day_of(midnight - 1) + 1);
        assert_eq!(month_of(midnight), month_of(midnight - 1) + 1);
        assert_eq!(month_of(midnight), month_of(midnight + 30 * DAY_SECONDS));
        assert_ne!(month_of(midnight), month_of(midnight + 31 * DAY_SECONDS));
    }
}

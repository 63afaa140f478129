use crate::{
    cli::AuditExportArguments,
    domain::{Day, Malformed, TimeZone, Timestamp},
    repositories::AuditPeriod,
};

/// The period of an export: `--since` and `--until` are moments, or days of the site's time zone.
pub fn read(arguments: &AuditExportArguments, zone: &TimeZone) -> Result<AuditPeriod, Malformed> {
    Ok(AuditPeriod {
        since: bound(arguments.since.as_deref(), zone, 0)?,
        // The last day is included, so the period ends where the next one begins.
        until: bound(arguments.until.as_deref(), zone, 1)?,
    })
}

fn bound(text: Option<&str>, zone: &TimeZone, days: i64) -> Result<Option<Timestamp>, Malformed> {
    let Some(text) = text else { return Ok(None) };
    if let Ok(day) = Day::parse(text) {
        return Ok(Some(zone.start_of(day.plus_days(days))));
    }
    let moment = Timestamp::parse(text).map_err(|_| Malformed {
        what: "a period's end",
        expected: "a day, as in 2026-11-27, or a time with its zone, as in 2026-11-27T08:00:00Z",
    });
    moment.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::ExportFormat;

    fn period(since: &str, until: &str) -> Result<AuditPeriod, Malformed> {
        let arguments = AuditExportArguments {
            format: ExportFormat::Json,
            since: Some(since.to_owned()),
            until: Some(until.to_owned()),
            output: None,
        };
        read(&arguments, &TimeZone::parse("Asia/Shanghai").unwrap())
    }

    #[test]
    fn a_day_is_one_of_the_site_s_time_zone_and_wholly_included() {
        let moment = |text| Some(Timestamp::parse(text).unwrap());
        let whole = AuditPeriod {
            since: moment("2026-11-26T16:00:00Z"),
            until: moment("2026-11-27T16:00:00Z"),
        };
        assert_eq!(period("2026-11-27", "2026-11-27"), Ok(whole));
        let exact = period("2026-11-27T00:00:00+08:00", "2026-11-28T00:00:00+08:00");
        assert_eq!(exact, Ok(whole));
        assert!(period("yesterday", "2026-11-27").is_err());
    }
}

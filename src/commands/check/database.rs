//! The database: whether it responds and can be written, and which migrations are pending. The check only reads.

use super::{Finding, clock, describe};
use crate::{
    domain::Clock,
    repositories::{Preflight, RepositoryError},
    settings::Settings,
    startup::check_database,
};

const NAME: &str = "database";

pub(super) async fn check(settings: &Settings) -> Vec<Finding> {
    match check_database(settings, &Clock::system()).await {
        Ok(found) => findings(found, settings.database.migrate_on_start),
        Err(error) => vec![Finding::fault(NAME, describe(error))],
    }
}

fn findings(found: Preflight, migrates: bool) -> Vec<Finding> {
    let mut all = Vec::new();
    let state = if found.exists {
        "answers"
    } else {
        "is not there yet and will be made at the start"
    };
    let backend = found.backend;
    match found.pending {
        Some(Ok(pending)) => all.push(migrations(backend, state, &pending, migrates)),
        Some(Err(error)) if migrates => all.push(Finding::fault(NAME, unread(error))),
        Some(Err(error)) => all.push(Finding::note(NAME, unread(error))),
        None => {}
    }
    all.extend(found.faults.into_iter().map(|fault| Finding::fault(NAME, fault)));
    all.extend(found.notes.into_iter().map(|note| Finding::note(NAME, note)));
    all.extend(found.clock.and_then(|offset| clock(NAME, backend, offset)));
    all
}

fn migrations(backend: &str, state: &str, pending: &[String], migrates: bool) -> Finding {
    let names = pending.join(", ");
    if pending.is_empty() {
        Finding::ok(NAME, format!("{backend} {state}, no migration is pending"))
    } else if migrates {
        Finding::ok(
            NAME,
            format!("{backend} {state}; these migrations will run at the start: {names}"),
        )
    } else {
        Finding::fault(
            NAME,
            format!("these migrations are missing: {names}; run `fanpass migrate`"),
        )
    }
}

/// A role may serve without the right to read this table.
fn unread(error: RepositoryError) -> String {
    let advice = if error.is_denied() {
        "; grant SELECT on __diesel_schema_migrations"
    } else {
        ""
    };
    format!("which migrations have run cannot be read{advice}: {}", describe(error))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::ClockOffset;

    #[test]
    fn a_clock_that_is_wrong_is_a_fault_and_one_that_is_nearly_right_is_none() {
        for (theirs, expected) in [(100, 0), (130, 0), (200, 1), (0, 1)] {
            let ours = Duration::from_secs(100);
            let found = Preflight {
                backend: "PostgreSQL",
                exists: true,
                pending: Some(Ok(Vec::new())),
                faults: Vec::new(),
                notes: Vec::new(),
                clock: Some(ClockOffset::between(ours, Duration::from_secs(theirs), ours)),
            };
            let lines: Vec<String> = findings(found, false).iter().map(Finding::line).collect();
            let faults = lines
                .iter()
                .filter(|line| line.starts_with("FAULT  database: the clock of PostgreSQL is 100.0 s"));
            assert_eq!(faults.count(), expected, "{lines:?}");
        }
    }
}

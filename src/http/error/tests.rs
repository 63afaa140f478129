//! The table as a whole.

use std::collections::BTreeMap;

use super::*;

/// One of each kind. The match makes a forgotten one an error of the compiler.
fn kinds() -> Vec<ErrorKind> {
    let mut kinds = vec![ErrorKind::LoginExpired];
    while let Some(next) = kinds.last().and_then(|kind| after(*kind)) {
        kinds.push(next);
    }
    kinds
}

fn after(kind: ErrorKind) -> Option<ErrorKind> {
    Some(match kind {
        ErrorKind::LoginExpired => ErrorKind::SessionLost,
        ErrorKind::SessionLost => ErrorKind::CodeRefused,
        ErrorKind::CodeRefused => ErrorKind::Configuration,
        ErrorKind::Configuration => ErrorKind::PlatformFault,
        ErrorKind::PlatformFault => ErrorKind::PlatformTimeout,
        ErrorKind::PlatformTimeout => ErrorKind::PlatformBusy,
        ErrorKind::PlatformBusy => ErrorKind::PlatformFrequency,
        ErrorKind::PlatformFrequency => ErrorKind::PlatformQuota,
        ErrorKind::PlatformQuota => ErrorKind::Overloaded,
        ErrorKind::Overloaded => ErrorKind::DatabaseDown,
        ErrorKind::DatabaseDown => ErrorKind::ForbiddenOrigin,
        ErrorKind::ForbiddenOrigin => ErrorKind::AccountRefused,
        ErrorKind::AccountRefused => ErrorKind::PlatformPaused { retry_after: 7 },
        ErrorKind::PlatformPaused { .. } => ErrorKind::KeyMissing,
        ErrorKind::KeyMissing => ErrorKind::RightMissing,
        ErrorKind::RightMissing => ErrorKind::PathNotRelayed,
        ErrorKind::PathNotRelayed => ErrorKind::CredentialsRefused,
        ErrorKind::CredentialsRefused => ErrorKind::FanUnknown,
        ErrorKind::FanUnknown => ErrorKind::NotSignedIn,
        ErrorKind::NotSignedIn => ErrorKind::PhotoTooLarge,
        ErrorKind::PhotoTooLarge => ErrorKind::PhotoHeic,
        ErrorKind::PhotoHeic => ErrorKind::PhotoAvif,
        ErrorKind::PhotoAvif => ErrorKind::PhotoKind,
        ErrorKind::PhotoKind => ErrorKind::PhotoPixels,
        ErrorKind::PhotoPixels => ErrorKind::PhotoBroken,
        ErrorKind::PhotoBroken => ErrorKind::PhotoGone,
        ErrorKind::PhotoGone => ErrorKind::PhotosFull,
        ErrorKind::PhotosFull => ErrorKind::PhotosBusy,
        ErrorKind::PhotosBusy => ErrorKind::StorageDown,
        ErrorKind::StorageDown => ErrorKind::ExportBusy,
        ErrorKind::ExportBusy => ErrorKind::LinkExpired,
        ErrorKind::LinkExpired => ErrorKind::PageUrlUnreadable,
        ErrorKind::PageUrlUnreadable => ErrorKind::PageUrlForeign,
        ErrorKind::PageUrlForeign => ErrorKind::NotFound,
        ErrorKind::NotFound => ErrorKind::MethodNotAllowed,
        ErrorKind::MethodNotAllowed => ErrorKind::UriTooLong,
        ErrorKind::UriTooLong => ErrorKind::HeadersTooLarge,
        ErrorKind::HeadersTooLarge => ErrorKind::BodyTooLarge,
        ErrorKind::BodyTooLarge => ErrorKind::BodyTooSlow,
        ErrorKind::BodyTooSlow => ErrorKind::LengthRequired,
        ErrorKind::LengthRequired => ErrorKind::TooManyRequests { retry_after: 7 },
        ErrorKind::TooManyRequests { .. } => ErrorKind::Starting,
        ErrorKind::Starting => ErrorKind::Stopping,
        ErrorKind::Stopping => ErrorKind::Internal,
        ErrorKind::Internal => ErrorKind::Framework(StatusCode::BAD_REQUEST),
        ErrorKind::Framework(_) => return None,
    })
}

#[test]
fn the_book_lists_every_problem_type_with_its_status_and_no_other() {
    let mut ours: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for kind in kinds() {
        let ErrorRow { problem, status, .. } = kind.row();
        let statuses = ours.entry(problem.to_owned()).or_default();
        if !statuses.contains(&status.as_u16()) {
            statuses.push(status.as_u16());
        }
    }
    let book = include_str!("../../../docs/problems.md").lines();
    let rows = book.filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let listed: BTreeMap<String, Vec<u16>> = rows
        .map(|(word, rest)| {
            let status = rest.split('|').nth(1).unwrap_or_default();
            let statuses = status.split(',').filter_map(|status| status.trim().parse().ok());
            (word.to_owned(), statuses.collect())
        })
        .collect();
    assert_eq!(listed, ours);
}

#[test]
fn every_unavailable_kind_of_a_visitor_says_when_to_come_back() {
    for kind in kinds() {
        let row = kind.row();
        let is_probe = matches!(kind, ErrorKind::Starting | ErrorKind::Stopping);
        let waits = matches!(row.status.as_u16(), 429 | 503) && !is_probe;
        assert_eq!(row.retry_after.is_some(), waits, "{kind:?}");
    }
}

#[test]
fn a_fault_of_fanpass_is_an_error_in_the_log_and_one_of_the_request_is_not() {
    for kind in kinds() {
        let row = kind.row();
        // What the platform refuses the account is an error in the log once, where it begins.
        let is_ours = row.status.as_u16() == 500 && kind != ErrorKind::AccountRefused;
        assert_eq!(row.log == LogLevel::Error, is_ours, "{kind:?}");
        assert!(!row.status.is_client_error() || row.log == LogLevel::Debug, "{kind:?}");
    }
}

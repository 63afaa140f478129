//! The messages of libmariadb, MariaDB and MySQL for a failed connection. The library gives the system's error numbers: 110
//! is timed out, 111 refused (with a connect timeout also 115, in progress), 2 no such socket.

use crate::repositories::connection::failure::{Cause, Messages};

pub(super) const MESSAGES: &Messages = &[
    (&["using password: NO"], Cause::NoPassword),
    (
        &["to database", "account is locked", "Account is locked"],
        Cause::UserMayNotConnect,
    ),
    (&["Access denied for user"], Cause::WrongPassword),
    (&["Unknown database"], Cause::NoSuchDatabase),
    (&["is not allowed to connect", "is blocked"], Cause::NotLetIn),
    (&["insecure transport"], Cause::TlsWanted),
    (&["SSL is required"], Cause::NoTls),
    (
        &["certificate", "TLS/SSL error", "SSL connection error"],
        Cause::Certificate,
    ),
    (
        &["Too many connections", "max_user_connections", "max_connections"],
        Cause::TooMany,
    ),
    (&["shutdown in progress"], Cause::StartsOrStops),
    (
        &["Unknown MySQL server host", "Unknown server host"],
        Cause::UnknownHost,
    ),
    (&["(110", "error: 110", "timed out", "error: 11)"], Cause::TimedOut),
    (&["(111", "(115", "(2 ", "(2)"], Cause::Refused),
    (&["Lost connection", "gone away"], Cause::HungUp),
    (&["Can't connect to"], Cause::Unreachable),
];

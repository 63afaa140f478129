//! The messages of libpq, PostgreSQL and PgBouncer for a failed connection. libpq reports on every host that it tried, so
//! the messages of servers are listed before those of the network.

use crate::repositories::connection::failure::{Cause, Messages};

pub(super) const MESSAGES: &Messages = &[
    (
        &["password authentication failed", "SASL authentication failed"],
        Cause::WrongPassword,
    ),
    (&["no password supplied", "empty password returned"], Cause::NoPassword),
    (
        &["is not permitted to log in", "authentication failed for user"],
        Cause::UserMayNotConnect,
    ),
    (
        &["permission denied for database", "does not have CONNECT privilege"],
        Cause::UserMayNotConnect,
    ),
    (&["is not currently accepting connections"], Cause::ClosedDatabase),
    (&["FATAL:  role \"", "no such user"], Cause::NoSuchUser),
    (&["FATAL:  database \"", "no such database"], Cause::NoSuchDatabase),
    (&["pg_hba.conf"], Cause::NotLetIn),
    (&["SSL required", "SSL connection is required"], Cause::TlsWanted),
    (&["server does not support SSL"], Cause::NoTls),
    (
        &[
            "certificate verify failed",
            "server certificate for",
            "root certificate file",
        ],
        Cause::Certificate,
    ),
    (
        &[
            "too many clients already",
            "too many connections",
            "remaining connection slots",
            "no more connections allowed",
            "query_wait_timeout",
        ],
        Cause::TooMany,
    ),
    (
        &[
            "the database system is starting up",
            "the database system is shutting down",
            "the database system is in recovery mode",
            "the database system is not",
            "terminating connection due to",
            "pgbouncer cannot connect to server",
            "server login failed",
        ],
        Cause::StartsOrStops,
    ),
    (&["could not translate host name"], Cause::UnknownHost),
    (&["timeout expired", "timed out"], Cause::TimedOut),
    (&["No route to host", "Network is unreachable"], Cause::Unreachable),
    (
        &["server closed the connection unexpectedly", "Connection reset by peer"],
        Cause::HungUp,
    ),
    (&["Connection refused", "No such file or directory"], Cause::Refused),
];

/// How libpq's messages about an invalid URL begin. They repeat parts of it, which may belong to the password.
const UNREADABLE: [&str; 7] = [
    "invalid ",
    "missing key/value",
    "extra key/value",
    "end of string",
    "unexpected character",
    "IPv6 host address",
    "forbidden value",
];

/// Whether libpq refused the URL itself.
pub(super) fn is_about_url(message: &str) -> bool {
    UNREADABLE.iter().any(|beginning| message.starts_with(beginning))
}

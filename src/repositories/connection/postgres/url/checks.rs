//! Refuses what libpq would split wrongly, or repeat in an error that contains the password.

use crate::repositories::DatabaseError;

/// If the host is missing, the user and the password stand in its place.
pub(super) fn check_hosts(hosts: &str) -> Result<(), DatabaseError> {
    let is_host = |host: &str| {
        let (name, port) = match host.strip_prefix('[') {
            Some(ipv6) => match ipv6.split_once(']') {
                Some((address, after)) if is_of(address, ":.%-_") && !address.is_empty() => (
                    "",
                    if after.is_empty() {
                        Some("")
                    } else {
                        after.strip_prefix(':')
                    },
                ),
                _ => return false,
            },
            None => host
                .split_once(':')
                .map_or((host, Some("")), |(name, port)| (name, Some(port))),
        };
        let is_port =
            |port: &str| port.is_empty() || (is_of(port, "") && port.parse::<u16>().is_ok_and(|port| port > 0));
        is_of(name, ".-_%") && port.is_some_and(is_port)
    };
    if hosts.split(',').all(is_host) {
        return Ok(());
    }
    Err(DatabaseError::Malformed(
        "names a host with odd characters, or a port that is no number: write postgres://user:password@host:port/database",
    ))
}

fn is_of(text: &str, others: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
}

/// A raw `&` or `=` splits a value, for instance that of `password=…`.
pub(super) fn check_parameters(query: &str) -> Result<(), DatabaseError> {
    let is_pair = |pair: &str| pair.matches('=').count() == 1;
    if query.is_empty() || query.split('&').all(is_pair) {
        return Ok(());
    }
    Err(DatabaseError::Malformed(
        "takes parameters of the form name=value; an & or = in a value must be percent-encoded (%26, %3D)",
    ))
}

/// libpq repeats invalid escapes in its error, even those of the password.
pub(super) fn check_escapes(rest: &str) -> Result<(), DatabaseError> {
    if rest.contains('\0') || rest.contains("%00") {
        return Err(DatabaseError::Malformed("holds a NUL character"));
    }
    let is_encoded = |after: &str| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if rest.split('%').skip(1).any(|after| !is_encoded(after)) {
        return Err(DatabaseError::Malformed(
            "holds a % in its user, password or parameters that must be percent-encoded (%25)",
        ));
    }
    Ok(())
}

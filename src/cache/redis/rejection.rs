//! Reads the replies with which Redis rejects a command.

use deadpool_redis::redis::{ErrorKind, RedisError, ServerErrorKind};

/// At most this many characters of Redis's reply are repeated.
const MAX_REPLY: usize = 160;

/// Whether a working server rejected only this command: `OOM`, `NOPERM` and the like. Otherwise the server or the connection
/// is at fault.
pub fn is_rejection(error: &RedisError) -> bool {
    match error.kind() {
        _ if wants_login(error) => false,
        ErrorKind::Extension | ErrorKind::UnexpectedReturnType => true,
        ErrorKind::Server(kind) => {
            matches!(
                kind,
                ServerErrorKind::ResponseError
                    | ServerErrorKind::NoPerm
                    | ServerErrorKind::CrossSlot
                    | ServerErrorKind::ReadOnly
            )
        }
        _ => false,
    }
}

/// Whether the server requires a login first. While a connection is set up the client removes the error code.
pub fn wants_login(error: &RedisError) -> bool {
    let detail = error.detail().unwrap_or_default();
    error.code() == Some("NOAUTH") || detail.starts_with("Authentication required")
}

/// Whether this server is no longer the master, so that a new connection may lead to one that accepts writes.
pub fn is_read_only(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}

/// The server's reply without the command's arguments. Redis repeats some of them if it does not know the command.
pub fn describe(error: &RedisError) -> String {
    let Some(code) = error.code() else {
        return "a reply of the wrong type".to_owned();
    };
    let detail = error.detail().unwrap_or_default();
    let detail = detail.split_once(", with args").map_or(detail, |(before, _)| before);
    // While a connection is set up the client removes the code.
    let code = if detail.contains("no permissions") {
        "NOPERM"
    } else {
        code
    };
    format!("{code} {detail}").chars().take(MAX_REPLY).collect()
}

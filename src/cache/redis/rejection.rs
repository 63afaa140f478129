//! What it means when a Redis that answers rejects a command.

use deadpool_redis::redis::{ErrorKind, RedisError, ServerErrorKind};

/// How much of Redis's reply is repeated, in characters.
const MAX_REPLY: usize = 160;

/// Whether a server that works rejected this command alone: `OOM`, `NOPERM` and the like. Otherwise the server or the way
/// to it does not work.
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

/// Whether the server wants a login first. While a connection is set up the client removes the code.
pub fn wants_login(error: &RedisError) -> bool {
    let detail = error.detail().unwrap_or_default();
    error.code() == Some("NOAUTH") || detail.starts_with("Authentication required")
}

/// Whether another connection may lead to a server that rejects less: this one was the master once.
pub fn is_read_only(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}

/// The server's reply without the arguments of the command, some of which Redis repeats where it does not know the command.
pub fn describe(error: &RedisError) -> String {
    let Some(code) = error.code() else {
        return "an answer of the wrong type".to_owned();
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

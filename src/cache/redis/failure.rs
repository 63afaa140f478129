use deadpool_redis::redis::{ErrorKind, RedisError};

use super::rejection;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// There was no response within the time limit.
    NoAnswer,
    /// It was never sent, because no connection could be made.
    Connecting(RedisError),
    /// It was sent, and failed.
    Sending(RedisError),
}

/// What a failure shows about the server and the other connections.
#[derive(Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The server works and rejects this command with this reply.
    Refused(String),
    /// The same, and it would reject every command on these connections, because they lead to a replica or have no login.
    AllRefused(String),
    /// There was no response, which may be a short pause.
    Silence,
    /// The connection broke, and perhaps all others as well. The server may be back at once.
    Broken,
    /// The server is down, or refuses connections.
    Down,
}

impl Failure {
    /// The kind, which decides what happens next.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::NoAnswer => FailureKind::Silence,
            Self::Connecting(error) if rejection::is_rejection(error) => {
                FailureKind::AllRefused(rejection::describe(error))
            }
            Self::Sending(error) if rejection::is_read_only(error) => {
                FailureKind::AllRefused(rejection::describe(error))
            }
            Self::Sending(error) if rejection::is_rejection(error) => FailureKind::Refused(rejection::describe(error)),
            Self::Connecting(error) | Self::Sending(error) => match error.kind() {
                ErrorKind::Io if error.is_timeout() => FailureKind::Silence,
                ErrorKind::Io if error.is_connection_dropped() && !error.is_connection_refusal() => FailureKind::Broken,
                _ => FailureKind::Down,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn of_io(kind: io::ErrorKind) -> FailureKind {
        Failure::Connecting(io::Error::from(kind).into()).kind()
    }

    #[test]
    fn silence_a_broken_connection_and_a_closed_port_are_distinguished() {
        assert_eq!(Failure::NoAnswer.kind(), FailureKind::Silence);
        assert_eq!(of_io(io::ErrorKind::TimedOut), FailureKind::Silence);
        assert_eq!(of_io(io::ErrorKind::ConnectionReset), FailureKind::Broken);
        assert_eq!(of_io(io::ErrorKind::UnexpectedEof), FailureKind::Broken);
        assert_eq!(of_io(io::ErrorKind::ConnectionRefused), FailureKind::Down);
        let wrong_password = RedisError::from((ErrorKind::AuthenticationFailed, "made-up"));
        assert_eq!(Failure::Connecting(wrong_password).kind(), FailureKind::Down);
    }
}

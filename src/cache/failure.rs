use deadpool_redis::redis::{ErrorKind, RedisError};

use super::refusals;

/// A command that did not get what it asked for.
#[derive(Debug)]
pub enum Failure {
    /// Its time was over first.
    NoAnswer,
    /// It was never sent: there was no connection to be had.
    Connecting(RedisError),
    /// It was sent, and failed.
    Asking(RedisError),
}

/// What a failure says of the server and of the other connections.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The server works and refuses this command; what it said.
    Refused(String),
    /// The same, and it would refuse every other one on these connections: all of them lead to a replica, or are not let
    /// in.
    AllRefused(String),
    /// Nobody answered: it may be a pause.
    Silence,
    /// The connection broke, and with it, perhaps, all others: the server may be back at once.
    Broken,
    /// The server is down, or lets nobody in.
    Down,
}

impl Failure {
    /// What it says.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::NoAnswer => Verdict::Silence,
            Self::Connecting(error) if refusals::is_refusal(error) => Verdict::AllRefused(refusals::said(error)),
            Self::Asking(error) if refusals::is_read_only(error) => Verdict::AllRefused(refusals::said(error)),
            Self::Asking(error) if refusals::is_refusal(error) => Verdict::Refused(refusals::said(error)),
            Self::Connecting(error) | Self::Asking(error) => match error.kind() {
                ErrorKind::Io if error.is_timeout() => Verdict::Silence,
                ErrorKind::Io if error.is_connection_dropped() && !error.is_connection_refusal() => Verdict::Broken,
                _ => Verdict::Down,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn of_io(kind: io::ErrorKind) -> Verdict {
        Failure::Connecting(io::Error::from(kind).into()).verdict()
    }

    #[test]
    fn silence_a_broken_connection_and_a_closed_port_are_told_apart() {
        assert_eq!(Failure::NoAnswer.verdict(), Verdict::Silence);
        assert_eq!(of_io(io::ErrorKind::TimedOut), Verdict::Silence);
        assert_eq!(of_io(io::ErrorKind::ConnectionReset), Verdict::Broken);
        assert_eq!(of_io(io::ErrorKind::UnexpectedEof), Verdict::Broken);
        assert_eq!(of_io(io::ErrorKind::ConnectionRefused), Verdict::Down);
        let wrong_password = RedisError::from((ErrorKind::AuthenticationFailed, "made-up"));
        assert_eq!(Failure::Connecting(wrong_password).verdict(), Verdict::Down);
    }
}

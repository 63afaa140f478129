use std::{error::Error, fmt, io, time::Duration};

use deadpool_redis::redis::{ErrorKind, RedisError};
use tokio::net::lookup_host;

use super::{
    port_probe::{TLS_ALERT, ping, speaks_tls},
    rejection,
};
use crate::{domain::Deadline, settings::RedisUrl};

/// How long the probe of Redis's port may take.
const PROBE_LIMIT: Duration = Duration::from_secs(2);
/// The begin of Redis's message about a forbidden command. The command's name follows.
const NO_PERMISSION: &str = "no permissions to run the '";

/// Why Redis cannot be used, as far as it can be found out. The text contains no part of `REDIS_URL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Diagnosis {
    /// The host name does not resolve.
    UnknownHost,
    /// Nothing listens at the port.
    ClosedPort,
    /// The server did not respond in time.
    NoAnswer,
    /// The URL asks for TLS, and the server has none.
    NoTls,
    /// The server speaks TLS only.
    OnlyTls,
    /// The server closes the connection at the first request, and does not speak TLS either.
    HangsUp,
    /// The server's certificate is not accepted, for this reason.
    Certificate(String),
    /// The server requires a login, and the URL has none.
    NoPassword,
    /// The server does not accept the login.
    WrongPassword,
    /// The server has no database of this number.
    NoDatabase,
    /// The user lacks these rights, each as written in `ACL SETUSER`.
    MissingRights(Vec<String>),
    /// The server responds, and rejects a command with this reply.
    Refused(String),
    /// Something else: the client's message.
    Other(String),
}

impl Diagnosis {
    /// The diagnosis from the error alone.
    pub fn of(error: &RedisError) -> Self {
        let text = error.to_string();
        match error.kind() {
            _ if rejection::wants_login(error) => Self::NoPassword,
            ErrorKind::AuthenticationFailed => Self::WrongPassword,
            _ if text.contains("DB index is out of range") => Self::NoDatabase,
            // The client wraps it into its own text while it connects, so it is also searched there.
            _ if text.contains(NO_PERMISSION) => Self::of_permission(error, &text),
            _ if rejection::is_rejection(error) => Self::Refused(rejection::describe(error)),
            _ if error.is_connection_refusal() => Self::ClosedPort,
            _ if error.is_timeout() => Self::NoAnswer,
            _ if text.contains("invalid peer certificate") => Self::Certificate(text),
            _ => Self::Other(text),
        }
    }

    fn of_permission(error: &RedisError, text: &str) -> Self {
        match missing_right(text) {
            Some(right) => Self::MissingRights(vec![right]),
            None => Self::Refused(rejection::describe(error)),
        }
    }

    /// Finds out more where the error is unclear: whether the hosts resolve, and which protocol their ports speak.
    pub async fn look_closer(self, url: &RedisUrl) -> Self {
        match self {
            Self::NoAnswer | Self::Other(_) | Self::Certificate(_) => {}
            // The client reports any error in the first reply as this, also that the server has too many clients.
            Self::WrongPassword if !url.tls => {}
            _ => return self,
        }
        let mut found = Some(Self::UnknownHost);
        for (host, port) in &url.hosts {
            let deadline = Deadline::after(PROBE_LIMIT);
            let resolved = deadline.run(lookup_host((host.as_str(), *port))).await;
            let Ok(Ok(mut resolved)) = resolved else { continue };
            found = None;
            let Some(endpoint) = resolved.next() else { continue };
            let reply = deadline.run(ping(endpoint)).await;
            match (url.tls, reply.as_ref().map(|reply| reply.as_deref())) {
                (true, Ok(Ok([b'+' | b'-', ..]))) => return Self::NoTls,
                (false, Ok(Ok([TLS_ALERT, ..]))) => return Self::OnlyTls,
                // Some TLS servers close the connection without an alert, and so does a proxy whose Redis is down.
                (false, Ok(Ok([]))) => {
                    let is_tls = deadline.run(speaks_tls(endpoint)).await;
                    return if matches!(is_tls, Ok(Ok(true))) {
                        Self::OnlyTls
                    } else {
                        Self::HangsUp
                    };
                }
                (false, Ok(Ok([b'-', error @ ..]))) if !error.starts_with(b"NOAUTH") => {
                    let error = String::from_utf8_lossy(error);
                    return Self::Refused(error.lines().next().unwrap_or_default().to_owned());
                }
                (_, Ok(Err(error))) if error.kind() == io::ErrorKind::ConnectionRefused => return Self::ClosedPort,
                _ => {}
            }
        }
        found.unwrap_or(self)
    }
}

/// The missing right that the reply names.
fn missing_right(reply: &str) -> Option<String> {
    let (_, rest) = reply.split_once(NO_PERMISSION)?;
    let (command, _) = rest.split_once('\'')?;
    Some(format!("+{command}"))
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownHost => formatter.write_str("the host of REDIS_URL has no address"),
            Self::ClosedPort => formatter.write_str("nothing listens at the host and port of REDIS_URL"),
            Self::NoAnswer => formatter.write_str("Redis gives no answer in time"),
            Self::NoTls => formatter.write_str("TLS is asked for, and the Redis there speaks without"),
            Self::OnlyTls => formatter.write_str("what listens there breaks off what is not TLS"),
            Self::HangsUp => formatter.write_str("what listens there closes the connection and answers nothing"),
            Self::Certificate(why) => write!(formatter, "the certificate of Redis is not accepted: {why}"),
            Self::NoPassword => formatter.write_str("Redis wants a password, and REDIS_URL holds none (NOAUTH)"),
            Self::WrongPassword => formatter.write_str("Redis does not accept the user or the password of REDIS_URL"),
            Self::NoDatabase => formatter.write_str("Redis has no database of the number in REDIS_URL"),
            Self::MissingRights(rights) => {
                let rights = rights.join(" ");
                write!(
                    formatter,
                    "the user of REDIS_URL may not do all it needs (NOPERM): {rights}"
                )
            }
            Self::Refused(reply) => write!(formatter, "Redis refuses a command: {reply}"),
            Self::Other(text) => formatter.write_str(text),
        }
    }
}

impl Error for Diagnosis {}

#[cfg(test)]
mod tests {
    use deadpool_redis::redis::{ServerErrorKind, make_extension_error};

    use super::*;

    fn of_select(detail: &str) -> Diagnosis {
        let what = "Redis server refused to switch database";
        Diagnosis::of(&(ServerErrorKind::ResponseError.into(), what, detail.to_owned()).into())
    }

    #[test]
    fn the_faults_of_a_login_are_distinguished() {
        let noauth = make_extension_error("NOAUTH".to_owned(), Some("Authentication required.".to_owned()));
        assert_eq!(Diagnosis::of(&noauth), Diagnosis::NoPassword);
        assert_eq!(of_select("Authentication required."), Diagnosis::NoPassword);
        let wrong = RedisError::from((ErrorKind::AuthenticationFailed, "Password authentication failed"));
        assert_eq!(Diagnosis::of(&wrong), Diagnosis::WrongPassword);
    }

    #[test]
    fn a_refused_select_is_a_missing_right_or_a_missing_database() {
        let missing = Diagnosis::MissingRights(vec!["+select".to_owned()]);
        for reply in [
            "this user has no permissions to run the 'select' command",
            "User fan has no permissions to run the 'select' command",
        ] {
            assert_eq!(of_select(reply), missing, "{reply}");
        }
        assert_eq!(of_select("DB index is out of range"), Diagnosis::NoDatabase);
        let in_cluster = of_select("SELECT is not allowed in cluster mode");
        assert!(matches!(in_cluster, Diagnosis::Refused(_)), "{in_cluster}");
    }
}

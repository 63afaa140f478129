use std::time::Duration;

use diesel::{Connection, PgConnection, connection::SimpleConnection};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};

use super::{ConnectFailure, DatabaseError};

/// A statement that runs longer is ended by the server. It holds unless the operator set another for the role, the
/// database or the URL (`options=-c statement_timeout=…`).
const SETUP: &str = "SELECT set_config('statement_timeout', '5s', false) \
                     WHERE current_setting('statement_timeout') = '0'";

/// The URL of a PostgreSQL server, with time limits of the transport added.
pub struct Target {
    url: SecretString,
    /// Every form in which the password could show in an error of libpq.
    passwords: Vec<SecretString>,
}

impl Target {
    /// Checks what libpq would take apart wrongly, and then tell parts of the password in its error.
    pub fn parse(url: &str, pool_timeout: Duration) -> Result<Self, DatabaseError> {
        let rest = url.split_once("://").map(|(_, rest)| rest);
        let rest = rest.ok_or(DatabaseError::Malformed(
            "must look like postgres://user:password@host/database",
        ))?;
        let before_path = rest.split_once('/').map_or(rest, |(authority, _)| authority);
        if rest.matches('@').count() != before_path.matches('@').count() || rest.matches('@').count() > 1 {
            return Err(DatabaseError::Malformed(
                "holds an @ or / in its user, password or parameters that must be percent-encoded (%40, %2F)",
            ));
        }
        if rest.contains('\0') {
            return Err(DatabaseError::Malformed("holds a NUL character"));
        }
        Ok(Self {
            url: with_limits(url, pool_timeout).into(),
            passwords: passwords(before_path, query(rest)),
        })
    }

    /// Connects and sets the connection up.
    pub fn connect(&self) -> Result<PgConnection, ConnectFailure> {
        let mut connection = PgConnection::establish(self.url.expose_secret()).map_err(|error| self.failure(&error))?;
        connection.batch_execute(SETUP).map_err(|error| self.failure(&error))?;
        Ok(connection)
    }

    fn failure(&self, error: &dyn std::error::Error) -> ConnectFailure {
        let text = error.to_string();
        let masked = |text: String, password: &SecretString| text.replace(password.expose_secret(), "…");
        ConnectFailure(self.passwords.iter().fold(text, masked).trim_end().to_owned())
    }
}

fn query(rest: &str) -> &str {
    rest.split_once('?').map_or("", |(_, query)| query)
}

fn passwords(authority: &str, query: &str) -> Vec<SecretString> {
    let of_user = authority.split_once('@').and_then(|(user, _)| user.split_once(':'));
    let of_user = of_user.map(|(_, password)| password);
    let of_query = query.split('&').filter_map(|pair| pair.strip_prefix("password="));
    let raw = of_user
        .into_iter()
        .chain(of_query)
        .filter(|password| !password.is_empty());
    raw.flat_map(|raw| [raw.to_owned(), percent_decode_str(raw).decode_utf8_lossy().into_owned()])
        .map(SecretString::from)
        .collect()
}

/// Without these a server that vanished from the network would hold a thread for a quarter of an hour or more. What
/// the operator wrote into the URL stays.
fn with_limits(url: &str, pool_timeout: Duration) -> String {
    let connect_timeout = pool_timeout.as_secs().clamp(2, 10).to_string();
    let limits = [
        ("connect_timeout", connect_timeout.as_str()),
        ("keepalives_idle", "15"),
        ("keepalives_interval", "5"),
        ("keepalives_count", "3"),
        ("tcp_user_timeout", "10000"),
        ("fallback_application_name", "fanpass"),
    ];
    let is_set = |name: &str| query(url).split('&').any(|pair| pair.split('=').next() == Some(name));
    let mut limited = url.to_owned();
    for (name, value) in limits.into_iter().filter(|(name, _)| !is_set(name)) {
        let separator = if limited.contains('?') { '&' } else { '?' };
        limited.push_str(&format!("{separator}{name}={value}"));
    }
    limited
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(2);

    #[test]
    fn what_the_operator_set_stays() {
        let limited = with_limits("postgres://fan@db/fans?connect_timeout=9&sslmode=require", WAIT);
        assert!(limited.starts_with("postgres://fan@db/fans?connect_timeout=9&sslmode=require&keepalives_idle="));
        assert_eq!(limited.matches("connect_timeout=").count(), 1);
        assert!(with_limits("postgres://db/fans", WAIT).contains("/fans?connect_timeout=2&"));
    }

    #[test]
    fn a_password_that_would_be_taken_apart_wrongly_is_refused_and_not_repeated() {
        for wrong in [
            "postgres:made-up",
            "postgres://fan:made/up@db/fans",
            "postgres://fan:made@up@db/fans",
            "postgres://fan:made-up@db/fans?user=a@b",
        ] {
            let error = Target::parse(wrong, WAIT).err().unwrap().to_string();
            assert!(!error.contains("made"), "{error}");
        }
    }

    #[test]
    fn an_error_shows_no_form_of_the_password() {
        let target = Target::parse("postgres://fan:made%2Dup@127.0.0.1:1/fans?password=other-one", WAIT).unwrap();
        let error = target.failure(&ConnectFailure("a made%2Dup b made-up c other-one d".to_owned()));
        assert_eq!(error.to_string(), "a … b … c … d");
    }

    #[test]
    fn a_server_that_is_down_is_named() {
        let target = Target::parse("postgres://fan:made-up@127.0.0.1:1/fans", WAIT).unwrap();
        let error = target.connect().err().unwrap().to_string();
        assert!(error.contains("127.0.0.1") && !error.contains("made-up"), "{error}");
    }
}

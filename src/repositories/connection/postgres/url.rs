//! The URL of a PostgreSQL server, split as libpq splits it.

mod checks;

use std::time::Duration;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;

use self::checks::{check_escapes, check_hosts, check_parameters};
use super::{DatabaseError, Place};

/// The parts of a URL, not decoded.
pub(super) struct Parts<'a> {
    user: Option<&'a str>,
    password: Option<&'a str>,
    hosts: &'a str,
    database: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    /// Splits `url`. A `?`, `#`, `:` or `[` in the password stands for itself, as with psql.
    ///
    /// # Errors
    /// If libpq would split it wrongly, or refuse it and repeat parts of the password in its error.
    pub fn read(url: &'a str) -> Result<Self, DatabaseError> {
        let (_, rest) = url.split_once("://").ok_or(DatabaseError::Malformed(
            "must look like postgres://user:password@host/database",
        ))?;
        check_escapes(rest)?;
        // libpq looks for the first of the two. After the user only the path's slash may follow.
        let (user, rest) = match rest.split_once(['@', '/']) {
            Some((user, after)) if rest.as_bytes().get(user.len()) == Some(&b'@') => (Some(user), after),
            _ => (None, rest),
        };
        if rest.contains('@') {
            return Err(DatabaseError::Malformed(
                "holds an @ or / in its user, password or parameters that must be percent-encoded (%40, %2F)",
            ));
        }
        if user.is_some_and(|user| user.contains(char::is_whitespace)) {
            return Err(DatabaseError::Malformed(
                "holds a blank in its user or password that must be percent-encoded (%20)",
            ));
        }
        let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (hosts, database) = before_query.split_once('/').unwrap_or((before_query, ""));
        check_hosts(hosts)?;
        check_parameters(query)?;
        let (user, password) = match user.and_then(|user| user.split_once(':')) {
            Some((user, password)) => (Some(user), Some(password)),
            None => (user, None),
        };
        Ok(Self {
            user,
            password,
            hosts,
            database,
            query,
        })
    }

    /// What messages may show, and what they may not.
    pub fn place(&self) -> Place {
        let of = |name: &str, otherwise: Option<&str>| {
            let found = self.parameter(name).or(otherwise).filter(|value| !value.is_empty());
            found.map(decoded)
        };
        let public = ["host", "hostaddr", "port", "user", "dbname"];
        // The rest of a password with a raw & belongs to another parameter. Short values (1, on) occur everywhere.
        let parameters = self.pairs().filter(|(name, value)| {
            let name = decoded(name);
            name == "password" || (value.len() > 2 && !public.contains(&name.as_str()))
        });
        Place {
            server: of("host", Some(self.hosts)).unwrap_or_else(|| "PostgreSQL".to_owned()),
            user: of("user", self.user),
            database: of("dbname", Some(self.database)),
            passwords: self
                .password
                .into_iter()
                .chain(parameters.map(|(_, value)| value))
                .flat_map(|raw| [raw.to_owned(), decoded(raw)])
                .map(SecretString::from)
                .collect(),
        }
    }

    /// Adds time limits to `url`, whose parts these are. Without them a server that vanished from the network would block a
    /// thread for a quarter of an hour or more. What the operator wrote into the URL stays.
    pub fn with_limits(&self, url: &str, pool_timeout: Duration) -> String {
        let connect_timeout = pool_timeout.as_secs().clamp(2, 10).to_string();
        let limits = [
            ("connect_timeout", connect_timeout.as_str()),
            ("keepalives_idle", "15"),
            ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "10000"),
            ("fallback_application_name", "fanpass"),
        ];
        let (mut limited, mut has_query) = (url.to_owned(), !self.query.is_empty() || url.ends_with('?'));
        for (name, value) in limits.into_iter().filter(|(name, _)| self.parameter(name).is_none()) {
            let separator = if has_query { '&' } else { '?' };
            limited.push_str(&format!("{separator}{name}={value}"));
            has_query = true;
        }
        limited
    }

    /// If a parameter occurs twice, libpq uses the last one. Its name may be percent-encoded.
    fn parameter(&self, name: &str) -> Option<&'a str> {
        let named = |(found, value)| (decoded(found) == name).then_some(value);
        self.pairs().rev().find_map(named)
    }

    fn pairs(&self) -> impl DoubleEndedIterator<Item = (&'a str, &'a str)> + use<'a> {
        self.query.split('&').filter_map(|pair| pair.split_once('='))
    }
}

fn decoded(raw: &str) -> String {
    percent_decode_str(raw).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn limited(url: &str) -> String {
        Parts::read(url).unwrap().with_limits(url, Duration::from_secs(2))
    }

    #[test]
    fn what_the_operator_set_stays() {
        let url = limited("postgres://fan@db/fans?connect_timeout=9&sslmode=require");
        assert!(url.starts_with("postgres://fan@db/fans?connect_timeout=9&sslmode=require&keepalives_idle="));
        assert_eq!(url.matches("connect_timeout=").count(), 1);
        assert!(limited("postgres://db/fans").contains("/fans?connect_timeout=2&"));
    }

    #[test]
    fn a_reserved_character_in_a_password_is_the_passwords() {
        for password in [
            "pa?ss",
            "pa#ss",
            "pa:ss",
            "pa[ss",
            "pa]ss",
            "?",
            "pa?ss&connect_timeout=1",
            "p%61ss",
        ] {
            let url = format!("postgres://fan2:{password}@db:5433/fans2?sslmode=require");
            let parts = Parts::read(&url).unwrap();
            let place = parts.place();
            assert_eq!(
                (place.server.as_str(), place.user.as_deref(), place.database.as_deref()),
                ("db:5433", Some("fan2"), Some("fans2"))
            );
            assert_eq!(place.passwords[0].expose_secret(), password);
            assert!(limited(&url).starts_with(&format!("{url}&connect_timeout=2&")));
        }
        assert!(limited("postgres://fan2:pa?ss@db/fans2").contains("/fans2?connect_timeout=2&"));
    }

    #[test]
    fn what_would_be_taken_apart_wrongly_is_refused_with_a_hint_and_not_repeated() {
        for (wrong, hint) in [
            ("postgres:made-up", "postgres://"),
            ("postgres://fan:made/up@db/fans", "%2F"),
            ("postgres://fan:made@up@db/fans", "%40"),
            ("postgres://fan:made-up@db/fans?user=a@b", "%40"),
            ("postgres://fan:made%up@db/fans", "%25"),
            ("postgres://fan:made-up%@db/fans", "%25"),
            ("postgres://fan:made up@db/fans", "%20"),
            ("postgres://fan:made%00up@db/fans", "NUL"),
        ] {
            let error = Parts::read(wrong).err().unwrap().to_string();
            assert!(!error.contains("made") && error.contains(hint), "{error}");
        }
    }

    #[test]
    fn hosts_are_taken_as_libpq_takes_them() {
        for hosts in [
            "",
            "db",
            "db:5433",
            ":5433",
            "a,b:5433",
            "[::1]",
            "[fe80::1%25eth0]:5433",
            "%2Frun%2Fpostgresql",
            "db:",
        ] {
            let url = format!("postgres://fan:made-up@{hosts}/fans");
            assert!(Parts::read(&url).is_ok(), "{url}");
        }
    }

    #[test]
    fn parameters_overrule_and_every_form_of_a_password_is_known() {
        let place = Parts::read("postgres://fan:made%2Dup@db/fans?password=other%2Done&user=guest&dbname=guests");
        let place = place.unwrap().place();
        assert_eq!(
            (place.user.as_deref(), place.database.as_deref()),
            (Some("guest"), Some("guests"))
        );
        let forms: Vec<_> = place.passwords.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(forms, ["made%2Dup", "made-up", "other%2Done", "other-one"]);
    }
}

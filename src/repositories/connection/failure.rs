//! Explains why a connection could not be made, in our own words.

use secrecy::{ExposeSecret, SecretString};

use super::ConnectFailure;

/// What a URL names: the server, the user and the database. The passwords are here to find out whether a message repeats
/// one.
pub(super) struct Place {
    /// Host and port.
    pub server: String,
    /// The user. None if the driver chooses one.
    pub user: Option<String>,
    /// The database. None if the driver chooses one.
    pub database: Option<String>,
    /// Every form in which the password, or a possible part of it, could occur in the driver's message.
    pub passwords: Vec<SecretString>,
}

/// Texts in messages of the server or the driver, each with its cause. The first match counts.
pub(super) type Messages = [(&'static [&'static str], Cause)];

/// Why a connection fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    WrongPassword,
    NoPassword,
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "MySQL reports it as a wrong password")
    )]
    NoSuchUser,
    UserMayNotConnect,
    NoSuchDatabase,
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "MySQL closes no database"))]
    ClosedDatabase,
    NotLetIn,
    TlsWanted,
    NoTls,
    Certificate,
    TooMany,
    StartsOrStops,
    Refused,
    UnknownHost,
    TimedOut,
    Unreachable,
    HungUp,
}

impl Place {
    /// The failure in our own words. An unknown message is shown only if it contains no form of the password. The password
    /// is never cut out of it, because the gap in a known sentence would reveal it.
    pub fn failure(&self, messages: &Messages, message: &str) -> ConnectFailure {
        let fits = |(texts, _): &&(&[&str], Cause)| texts.iter().any(|text| message.contains(text));
        ConnectFailure(match messages.iter().find(fits) {
            Some((_, cause)) => self.describe(*cause),
            None if self.contains_password(message) => format!(
                "{} cannot be connected to; what the driver said is not shown, for a part of the password could be read there",
                self.server
            ),
            None => message.trim_end().to_owned(),
        })
    }

    fn contains_password(&self, message: &str) -> bool {
        let mut forms = self.passwords.iter().map(ExposeSecret::expose_secret);
        forms.any(|form| !form.is_empty() && message.contains(form))
    }

    fn describe(&self, cause: Cause) -> String {
        let server = &self.server;
        let user = named("the user", self.user.as_deref());
        let database = named("the database", self.database.as_deref());
        match cause {
            Cause::WrongPassword => format!("{server} refuses {user} with this password"),
            Cause::NoPassword => format!("{server} asks for a password of {user}, and the URL has none"),
            Cause::NoSuchUser => format!("{server} does not know {user}"),
            Cause::UserMayNotConnect => format!("{server} does not let {user} use {database}"),
            Cause::NoSuchDatabase => format!("{server} does not have {database}: create it"),
            Cause::ClosedDatabase => format!("{server} lets nobody use {database} at present"),
            Cause::NotLetIn => format!(
                "{server} lets nobody in from here as {user} to {database}, at least not in this way: look at its \
                 rules for hosts (pg_hba.conf, CREATE USER), and whether it wants TLS"
            ),
            Cause::TlsWanted => format!("{server} wants TLS: ask for it in the URL"),
            Cause::NoTls => format!("{server} offers no TLS, which the URL asks for"),
            Cause::Certificate => format!(
                "the certificate of {server} is not trusted, or not for this name: name the authority's file in the URL \
                 (TLS/SSL)"
            ),
            Cause::TooMany => format!("{server} has too many connections already"),
            Cause::StartsOrStops => format!("{server} starts or stops just now"),
            Cause::Refused => format!("nothing listens at {server}: connection refused"),
            Cause::UnknownHost => format!("the host of {server} is not known by that name"),
            Cause::TimedOut => format!("{server} did not answer in time"),
            Cause::Unreachable => format!("there is no way to {server} from here"),
            Cause::HungUp => format!("{server} closed the connection"),
        }
    }
}

fn named(what: &str, name: Option<&str>) -> String {
    name.map_or_else(|| what.to_owned(), |name| format!("{what} {name:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGES: &Messages = &[(&["authentication failed"], Cause::WrongPassword)];

    fn place(password: &str) -> Place {
        Place {
            server: "db.example".to_owned(),
            user: Some("fan".to_owned()),
            database: None,
            passwords: vec![password.to_owned().into()],
        }
    }

    #[test]
    fn a_known_cause_has_one_text_whatever_the_password_is() {
        for password in ["pa", "a", "authentication", "password authentication failed", ""] {
            let failure = place(password).failure(MESSAGES, "FATAL: password authentication failed for user \"fan\"");
            assert_eq!(failure.0, "db.example refuses the user \"fan\" with this password");
        }
    }

    #[test]
    fn an_unknown_message_is_shown_whole_or_not_at_all() {
        let message = "something odd about teapots\n";
        assert_eq!(
            place("made-up").failure(MESSAGES, message).0,
            "something odd about teapots"
        );
        assert_eq!(place("").failure(MESSAGES, message).0, "something odd about teapots");
        for password in ["tea", "o"] {
            let failure = place(password).failure(MESSAGES, message).0;
            assert!(failure.contains("not shown") && !failure.contains("odd"), "{failure}");
        }
    }
}

mod messages;
mod pooler;
mod url;

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::CacheSize,
    sql_query,
    sql_types::{Nullable, Text},
};
use secrecy::{ExposeSecret, SecretString};

use self::{
    messages::{MESSAGES, is_about_url},
    url::Parts,
};
use super::{ConnectFailure, DatabaseError, failure::Place};
use crate::settings::DatabaseSettings;

/// The server ends a statement at this limit, unless the operator set another for the role, the database or in the URL
/// (`options=-c%20statement_timeout%3D…`). English messages are requested, which only a superuser may do.
const SETUP: &str = "SELECT current_setting('server_encoding') AS encoding, \
     CASE current_setting('statement_timeout') WHEN '0' THEN set_config('statement_timeout', '5s', false) END AS limited, \
     CASE current_setting('is_superuser') WHEN 'on' THEN set_config('lc_messages', 'C', false) \
          ELSE current_setting('lc_messages') END AS messages";

/// Changes no session settings, because with shared sessions another client would get them.
const SHARED_SETUP: &str = "SELECT current_setting('server_encoding') AS encoding, NULL AS limited, \
     current_setting('lc_messages') AS messages";

const UNREADABLE: &str = "the client library of PostgreSQL does not take DATABASE_URL: a parameter in it is unknown or has a wrong \
     value; what the library said is not shown, for a part of the password could be read there";

/// A PostgreSQL server.
pub struct Target {
    /// With limits for connecting and for dead connections added.
    url: SecretString,
    place: Place,
    prepared_statements: bool,
    is_translated: AtomicBool,
}

#[derive(QueryableByName)]
struct Server {
    #[diesel(sql_type = Text)]
    encoding: String,
    #[diesel(sql_type = Nullable<Text>, column_name = "limited")]
    _limited: Option<String>,
    #[diesel(sql_type = Text)]
    messages: String,
}

impl Target {
    /// Reads the URL.
    pub fn parse(url: &str, settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        let parts = Parts::read(url)?;
        Ok(Self {
            url: parts.with_limits(url, settings.pool_timeout).into(),
            place: parts.place(),
            prepared_statements: settings.prepared_statements,
            is_translated: AtomicBool::new(false),
        })
    }

    /// Connects and sets the connection up.
    pub fn connect(&self) -> Result<PgConnection, ConnectFailure> {
        let setup = if self.prepared_statements { SETUP } else { SHARED_SETUP };
        let (connection, server) = self.establish(setup)?;
        self.is_translated.store(server.is_translated(), Ordering::Relaxed);
        server
            .fault()
            .map_or(Ok(connection), |fault| Err(ConnectFailure(fault)))
    }

    /// A fault that an operator must fix before fans are served. Calls `responded` after the server's first response. Leaves
    /// nothing behind in the session, which others may share.
    pub fn verify(&self, responded: impl FnOnce()) -> Result<Option<String>, ConnectFailure> {
        let (mut one, server) = self.establish(SHARED_SETUP)?;
        responded();
        let fault = server.fault();
        if fault.is_some() || !self.prepared_statements {
            return Ok(fault);
        }
        let (mut other, _) = self.establish(SHARED_SETUP)?;
        let is_lost = pooler::loses_statements(&mut one, &mut other);
        let is_lost = is_lost.map_err(|error| self.place.failure(MESSAGES, &error.to_string()))?;
        Ok(is_lost.then(|| pooler::FAULT.to_owned()))
    }

    /// Whether the server's messages are not in English. Some failures are recognised by their English text.
    pub fn is_translated(&self) -> bool {
        self.is_translated.load(Ordering::Relaxed)
    }

    fn establish(&self, setup: &str) -> Result<(PgConnection, Server), ConnectFailure> {
        let failure = |error: &dyn std::error::Error| self.place.failure(MESSAGES, &error.to_string());
        let mut connection = PgConnection::establish(self.url.expose_secret()).map_err(|error| {
            if is_about_url(&error.to_string()) {
                return ConnectFailure(UNREADABLE.to_owned());
            }
            failure(&error)
        })?;
        if !self.prepared_statements {
            connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        let server = sql_query(setup).get_result(&mut connection);
        let server = server.map_err(|error| failure(&error))?;
        Ok((connection, server))
    }
}

impl Server {
    /// Encodings other than Unicode cannot store every name: Chinese characters or emoji are refused. SQL_ASCII stores any
    /// bytes, but counts and compares them wrongly.
    fn fault(&self) -> Option<String> {
        (self.encoding != "UTF8").then(|| {
            format!(
                "the encoding of the database is {}, which cannot hold every name: make a database with CREATE DATABASE … \
                 ENCODING 'UTF8' TEMPLATE template0 and move the rows there (pg_dump, pg_restore)",
                self.encoding
            )
        })
    }

    fn is_translated(&self) -> bool {
        let language = self.messages.to_ascii_lowercase();
        let is_english = language.starts_with("en") || language == "posix" || language.split('.').next() == Some("c");
        !is_english
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(encoding: &str, messages: &str) -> Server {
        Server {
            encoding: encoding.to_owned(),
            _limited: None,
            messages: messages.to_owned(),
        }
    }

    #[test]
    fn english_is_recognised_by_each_of_its_locale_names() {
        for english in ["C", "C.UTF-8", "POSIX", "en_US.utf8", "English_United States.1252"] {
            assert!(!server("UTF8", english).is_translated(), "{english}");
        }
        for other in ["zh_CN.UTF-8", "de_DE", "ca_ES", "cs_CZ.UTF-8", ""] {
            assert!(server("UTF8", other).is_translated(), "{other}");
        }
    }

    /// The message for a URL that fails, when it is read or when it connects.
    fn message(url: &str) -> String {
        let settings = crate::settings::DatabaseSettings {
            pool_size: std::num::NonZeroU32::MIN,
            pool_timeout: std::time::Duration::from_secs(2),
            migrate_on_start: false,
            prepared_statements: true,
        };
        match Target::parse(url, &settings) {
            Ok(target) => target.connect().err().unwrap().to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_server_that_is_down_is_named() {
        assert_eq!(
            message("postgres://fan:made-up@127.0.0.1:1/fans"),
            "nothing listens at 127.0.0.1:1: connection refused"
        );
    }

    #[test]
    fn no_part_of_a_password_is_shown_for_an_incomplete_url() {
        for url in [
            "postgres://fan:geheim/fans",
            "postgres://fan:geheim",
            "postgres://fan:geheim?sslmode=require",
            "postgres://fan:geheim,zwei/fans",
            "postgres://127.0.0.1:1/fans?password=geheim&teilzwei",
            "postgres://127.0.0.1:1/fans?password=geheim=teilzwei",
            "postgres://127.0.0.1:1/fans?sslpassword=geheim&geheim4",
            "postgres://127.0.0.1:1/fans?password=geheim&teilzwei=geheim",
            "postgres://127.0.0.1:1/fans?password=geheim&connect_timeout=teilzwei",
            "postgres://127.0.0.1:1/fans?password=geheim&sslmode=teilzwei",
            "postgres://127.0.0.1/fans?password=geheim&port=teilzwei",
            "postgres://127.0.0.1:1/fans?pass%77ord=geheim&sslmode=teilzwei",
            "postgres://[geheim/fans",
            "postgres://[]geheim/fans",
            "postgres://[::1]geheim/fans",
            "postgres://geheim:@[fans",
            "postgres://geheim[",
        ] {
            let message = message(url);
            for piece in ["geheim", "heim", "teil", "zwei"] {
                assert!(!message.contains(piece), "{url}: {message}");
            }
        }
    }
}

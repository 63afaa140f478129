mod messages;
mod url;

use std::time::Duration;

use diesel::{
    Connection, MysqlConnection, OptionalExtension, QueryableByName, RunQueryDsl, connection::SimpleConnection,
    sql_query, sql_types::Text,
};
use secrecy::ExposeSecret;

use self::{
    messages::MESSAGES,
    url::{ServerUrl, Tls},
};
use super::{ConnectFailure, DatabaseError, failure::Place};

/// Strict mode, so that nothing is cut silently. Errors in English, because temporary ones are recognised by their text.
/// READ COMMITTED, because REPEATABLE READ has gap locks. The limits apply unless the operator set lower ones. MariaDB and
/// MySQL name them differently, and each executes only its own kind of comment.
const SETUP: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
     SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', lc_messages = 'en_US', \
         lock_wait_timeout = LEAST(@@lock_wait_timeout, 5), \
         innodb_lock_wait_timeout = LEAST(@@innodb_lock_wait_timeout, 5) \
         /*!50708 , max_execution_time = IF(@@max_execution_time = 0, 5000, @@max_execution_time) */ \
         /*M!100101 , max_statement_time = IF(@@max_statement_time = 0, 5, @@max_statement_time) */";

/// The nickname's column, if it cannot store every name.
const NARROW_COLUMN: &str = "SELECT character_set_name AS name FROM information_schema.columns \
     WHERE table_schema = DATABASE() AND table_name = 'fans_profiles' AND column_name = 'nickname' \
     AND character_set_name <> 'utf8mb4'";

#[derive(QueryableByName)]
struct CharacterSet {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Status {
    #[diesel(sql_type = Text, column_name = "Variable_name")]
    name: String,
    #[diesel(sql_type = Text, column_name = "Value")]
    value: String,
}

/// A MySQL or MariaDB server.
pub struct Target {
    url: ServerUrl,
}

impl Target {
    /// Reads the URL.
    pub fn parse(text: &str, pool_timeout: Duration) -> Result<Self, DatabaseError> {
        let url = ServerUrl::parse(text, pool_timeout)?;
        Ok(Self { url })
    }

    /// Connects and sets the connection up.
    pub fn connect(&self) -> Result<MysqlConnection, ConnectFailure> {
        let failure = |error: &dyn std::error::Error| self.url.place.failure(MESSAGES, &error.to_string());
        let mut connection =
            MysqlConnection::establish(self.url.for_diesel.expose_secret()).map_err(|error| failure(&error))?;
        let status = sql_query("SHOW SESSION STATUS LIKE 'Ssl_cipher'").get_result::<Status>(&mut connection);
        status.map_err(|error| failure(&error))?.check(self.url.tls)?;
        connection.batch_execute(SETUP).map_err(|error| failure(&error))?;
        Ok(connection)
    }

    /// A fault that an operator must fix before fans are served. Calls `responded` after the server's first response.
    pub fn verify(&self, responded: impl FnOnce()) -> Result<Option<String>, ConnectFailure> {
        let mut connection = self.connect()?;
        responded();
        let narrow = sql_query(NARROW_COLUMN).get_result::<CharacterSet>(&mut connection);
        let narrow = narrow
            .optional()
            .map_err(|error| self.url.place.failure(MESSAGES, &error.to_string()))?;
        Ok(narrow.map(|set| {
            format!(
                "the column fans_profiles.nickname is {}, which cannot hold every name: ALTER TABLE fans_profiles MODIFY \
                 nickname VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL",
                set.name
            )
        }))
    }
}

impl Status {
    /// Without verification the library connects unencrypted if the server offers no TLS. And libmariadb 3.3.19 (bug
    /// CONC-821) returns every text as empty to Diesel: fans would be read, and written back, without their names.
    fn check(&self, tls: Tls) -> Result<(), ConnectFailure> {
        let fault = match tls {
            _ if self.name != "Ssl_cipher" => {
                "the client library reads texts as empty, as libmariadb 3.3.19 does: bring it up to date"
            }
            Tls::Unverified | Tls::Verified if self.value.is_empty() => {
                "the server offers no TLS, which ssl_mode asks for"
            }
            _ => return Ok(()),
        };
        Err(ConnectFailure(fault.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(3);

    #[test]
    fn a_server_that_is_down_is_named() {
        let target = Target::parse("mysql://fan:made-up@127.0.0.1:1/fans", WAIT).unwrap();
        let error = target.connect().err().unwrap().to_string();
        assert_eq!(error, "nothing listens at 127.0.0.1:1: connection refused");
    }

    #[test]
    fn a_connection_in_the_clear_and_a_library_that_loses_texts_are_refused() {
        let fault = |name: &str, value: &str, tls| {
            let (name, value) = (name.to_owned(), value.to_owned());
            Status { name, value }.check(tls).err().map(|failure| failure.0)
        };
        for tls in [Tls::Off, Tls::Unverified, Tls::Verified] {
            assert_eq!(fault("Ssl_cipher", "TLS_AES_256_GCM_SHA384", tls), None);
            assert!(fault("", "", tls).unwrap().contains("libmariadb"));
        }
        assert_eq!(fault("Ssl_cipher", "", Tls::Off), None);
        assert!(fault("Ssl_cipher", "", Tls::Verified).unwrap().contains("no TLS"));
    }
}

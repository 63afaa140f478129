//! The table of fans, for the parts that use it without fanpass, and its two backends.

use std::time::Duration;

use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::SimpleConnection,
    r2d2::{ConnectionManager, CustomizeConnection, Error, Pool},
};

diesel::table! {
    fans_profiles (id) {
        id -> Text,
        app_id -> Text,
        openid -> Text,
        unionid -> Nullable<Text>,
        nickname -> Text,
        avatar_url -> Text,
        consented_at -> Timestamp,
        consent_version -> Text,
        profile_refreshed_at -> Timestamp,
        last_login_at -> Timestamp,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

/// As many connections as fanpass has by default.
const CONNECTIONS: u32 = 8;

/// What fanpass sets on its own connections.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                            PRAGMA foreign_keys = ON;";

/// One connection, of either kind.
pub enum AnyConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl AnyConnection {
    pub fn open(url: &str) -> Self {
        match sqlite_path(url) {
            Some(path) => {
                let mut connection = SqliteConnection::establish(path).expect("the SQLite file");
                connection.batch_execute(SQLITE_SETUP).expect("pragmas");
                Self::Sqlite(connection)
            }
            None => Self::Postgres(PgConnection::establish(url).expect("PostgreSQL")),
        }
    }
}

/// A pool of either kind; no connection is tested before its use.
#[derive(Clone)]
pub enum AnyPool {
    Sqlite(Pool<ConnectionManager<SqliteConnection>>),
    Postgres(Pool<ConnectionManager<PgConnection>>),
}

impl AnyPool {
    pub fn open(url: &str) -> Self {
        macro_rules! builder {
            () => {
                Pool::builder()
                    .max_size(CONNECTIONS)
                    .min_idle(Some(1))
                    .test_on_check_out(false)
                    .connection_timeout(Duration::from_secs(5))
            };
        }
        match sqlite_path(url) {
            Some(path) => {
                let builder = builder!().connection_customizer(Box::new(Pragmas));
                Self::Sqlite(builder.build(ConnectionManager::new(path)).expect("the SQLite file"))
            }
            None => Self::Postgres(builder!().build(ConnectionManager::new(url)).expect("PostgreSQL")),
        }
    }
}

#[derive(Debug)]
struct Pragmas;

impl CustomizeConnection<SqliteConnection, Error> for Pragmas {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), Error> {
        connection.batch_execute(SQLITE_SETUP).map_err(Error::QueryError)
    }
}

fn sqlite_path(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite://")
}

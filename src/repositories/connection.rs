#[cfg(any(feature = "postgres", feature = "mysql"))]
mod failure;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod tls_library;

use crate::settings::{DatabaseSettings, DatabaseUrl};

use super::DatabaseError;

const KNOWN_SCHEMES: &str = "sqlite://, postgres://, mysql://";

/// A connection to the deployment's backend. Match on it only where the backends' SQL differs.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// MySQL or MariaDB.
    #[cfg(feature = "mysql")]
    Mysql(diesel::MysqlConnection),
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
    /// SQLite.
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::SqliteConnection),
}

/// Runs a query on the backend's own connection. There diesel finds the prepared statement by the query's type; through
/// [`AnyConnection`] it would write the SQL first, several times. The queries of each login and page use this.
///
/// They look for a unique key and have no `LIMIT`, because SQLite prepares a statement again when a number is bound there.
macro_rules! on_each_backend {
    ($connection:expr, $inner:ident => $query:expr) => {
        match $connection {
            #[cfg(feature = "mysql")]
            $crate::repositories::AnyConnection::Mysql($inner) => $query,
            #[cfg(feature = "postgres")]
            $crate::repositories::AnyConnection::Postgres($inner) => $query,
            #[cfg(feature = "sqlite")]
            $crate::repositories::AnyConnection::Sqlite($inner) => $query,
        }
    };
}
pub(super) use on_each_backend;

/// Inserts `row`, unless another row has one of its unique values. Evaluates to whether it was inserted. Unlike a failed
/// insert, this does not end PostgreSQL's transaction.
macro_rules! insert_unless_present {
    ($connection:expr, $table:expr, $row:expr) => {{
        let inserted = match $connection {
            #[cfg(feature = "mysql")]
            $crate::repositories::AnyConnection::Mysql(own) => {
                diesel::insert_or_ignore_into($table).values($row).execute(own)
            }
            #[cfg(feature = "postgres")]
            $crate::repositories::AnyConnection::Postgres(own) => diesel::insert_into($table)
                .values($row)
                .on_conflict_do_nothing()
                .execute(own),
            #[cfg(feature = "sqlite")]
            $crate::repositories::AnyConnection::Sqlite(own) => diesel::insert_into($table)
                .values($row)
                .on_conflict_do_nothing()
                .execute(own),
        };
        inserted
            .map(|rows| rows > 0)
            .map_err($crate::repositories::RepositoryError::from)
    }};
}
pub(super) use insert_unless_present;

/// Why a connection could not be made. The text contains no password.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConnectFailure(pub String);

/// A checked `DATABASE_URL`. Diesel's own way to connect an [`AnyConnection`] tries one backend after the other. That hides
/// why a server cannot be reached, and creates an SQLite file for a misspelt scheme.
pub enum Target {
    #[cfg(feature = "mysql")]
    Mysql(mysql::Target),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Target),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::Target),
}

impl Target {
    /// Chooses the backend by the scheme. Makes no connection and no file.
    pub fn parse(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        match url.scheme() {
            "sqlite" => sqlite_target(url),
            "postgres" | "postgresql" => postgres_target(url, settings),
            "mysql" => mysql_target(url, settings),
            other => Err(DatabaseError::UnknownScheme {
                scheme: other.chars().take(16).collect(),
                known: KNOWN_SCHEMES,
            }),
        }
    }

    /// Makes a connection that is ready for use.
    pub fn connect(&self) -> Result<AnyConnection, ConnectFailure> {
        match self {
            #[cfg(feature = "mysql")]
            Self::Mysql(target) => target.connect().map(AnyConnection::Mysql),
            #[cfg(feature = "postgres")]
            Self::Postgres(target) => target.connect().map(AnyConnection::Postgres),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(target) => target.connect().map(AnyConnection::Sqlite),
        }
    }

    /// Creates what the first connection needs: SQLite's file and its folder.
    pub fn make(&self) -> Result<(), DatabaseError> {
        match self {
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => Ok(()),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(target) => target.make(),
        }
    }

    /// Makes a read-only connection and no file. None if SQLite's file does not exist yet.
    pub fn connect_to_read(&self) -> Result<Option<AnyConnection>, ConnectFailure> {
        match self {
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => self.connect().map(Some),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => self.connect().map(Some),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(target) => Ok(target.connect_to_read()?.map(AnyConnection::Sqlite)),
        }
    }

    /// Fails if the storage is damaged. Servers report that themselves, so only SQLite's file is inspected.
    pub fn inspect(&self) -> Result<(), ConnectFailure> {
        match self {
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => Ok(()),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(target) => target.inspect(),
        }
    }

    /// A lasting fault that an operator must fix before fans are served. None also if the server cannot be reached.
    pub fn find_fault(&self) -> Option<String> {
        self.verify(|| ()).ok().flatten()
    }

    /// Like [`Self::find_fault`], but fails if the server cannot be reached. Calls `responded` after the server's first
    /// response.
    pub fn verify(&self, responded: impl FnOnce()) -> Result<Option<String>, ConnectFailure> {
        match self {
            #[cfg(feature = "mysql")]
            Self::Mysql(target) => target.verify(responded),
            #[cfg(feature = "postgres")]
            Self::Postgres(target) => target.verify(responded),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => {
                responded();
                Ok(None)
            }
        }
    }

    /// Whether the server's messages are not in English. Some failures are recognised by their English text.
    pub fn is_translated(&self) -> bool {
        match self {
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => false,
            #[cfg(feature = "postgres")]
            Self::Postgres(target) => target.is_translated(),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => false,
        }
    }

    /// The backend's name.
    pub fn backend_name(&self) -> &'static str {
        match self {
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => "MySQL",
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => "PostgreSQL",
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => "SQLite",
        }
    }
}

#[cfg(feature = "sqlite")]
fn sqlite_target(url: &DatabaseUrl) -> Result<Target, DatabaseError> {
    sqlite::Target::parse(url.expose()).map(Target::Sqlite)
}

#[cfg(not(feature = "sqlite"))]
fn sqlite_target(_: &DatabaseUrl) -> Result<Target, DatabaseError> {
    Err(DatabaseError::NotInThisBuild {
        backend: "SQLite",
        feature: "sqlite",
    })
}

#[cfg(feature = "postgres")]
fn postgres_target(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Target, DatabaseError> {
    tls_library::prepare();
    postgres::Target::parse(url.expose(), settings).map(Target::Postgres)
}

#[cfg(not(feature = "postgres"))]
fn postgres_target(_: &DatabaseUrl, _: &DatabaseSettings) -> Result<Target, DatabaseError> {
    Err(DatabaseError::NotInThisBuild {
        backend: "PostgreSQL",
        feature: "postgres",
    })
}

#[cfg(feature = "mysql")]
fn mysql_target(url: &DatabaseUrl, settings: &DatabaseSettings) -> Result<Target, DatabaseError> {
    tls_library::prepare();
    mysql::Target::parse(url.expose(), settings.pool_timeout).map(Target::Mysql)
}

#[cfg(not(feature = "mysql"))]
fn mysql_target(_: &DatabaseUrl, _: &DatabaseSettings) -> Result<Target, DatabaseError> {
    Err(DatabaseError::NotInThisBuild {
        backend: "MySQL",
        feature: "mysql",
    })
}

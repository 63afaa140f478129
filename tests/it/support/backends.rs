//! The database and the cache that a test runs on.

use std::env;

use diesel::{Connection, RunQueryDsl, sql_query};
use tempfile::TempDir;

/// A database and a cache of the test's own; gone with it.
pub struct Backends {
    pub database_url: String,
    pub redis_url: Option<String>,
    created: Option<(String, String)>,
    _folder: Option<TempDir>,
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} must name a server for these backends; scripts/test starts one"))
}

impl Backends {
    pub fn create() -> Self {
        let chosen = env::var("FANPASS_TEST_BACKENDS").unwrap_or_else(|_| "sqlite,memory".to_owned());
        let (database, cache) = chosen
            .split_once(',')
            .expect("FANPASS_TEST_BACKENDS is `database,cache`");
        let redis_url = match cache {
            "memory" => None,
            "redis" => Some(required("FANPASS_TEST_REDIS_URL")),
            other => panic!("no cache {other:?}"),
        };
        match database {
            "sqlite" => {
                let folder = tempfile::tempdir().unwrap();
                let database_url = format!("sqlite://{}/fanpass.db", folder.path().display());
                Self {
                    database_url,
                    redis_url,
                    created: None,
                    _folder: Some(folder),
                }
            }
            "postgres" => Self::postgres(&required("FANPASS_TEST_DATABASE_URL"), redis_url),
            other => panic!("no database {other:?}"),
        }
    }

    fn postgres(admin_url: &str, redis_url: Option<String>) -> Self {
        let name = format!("it_{}", uuid::Uuid::from_bytes(random()).simple());
        execute(admin_url, &format!("CREATE DATABASE {name}"));
        let mut url = url::Url::parse(admin_url).unwrap();
        url.set_path(&name);
        Self {
            database_url: url.into(),
            redis_url,
            created: Some((admin_url.to_owned(), name)),
            _folder: None,
        }
    }
}

/// A database that does not take writes for a while.
pub enum Outage {
    /// Another process holds SQLite's write lock.
    Locked(diesel::SqliteConnection),
    /// PostgreSQL lets nobody in.
    Closed { admin_url: String, name: String },
}

impl Outage {
    pub fn end(self) {
        match self {
            Self::Locked(mut connection) => drop(sql_query("ROLLBACK").execute(&mut connection).unwrap()),
            Self::Closed { admin_url, name } => {
                execute(
                    &admin_url,
                    &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"),
                );
            }
        }
    }
}

impl Backends {
    /// Takes the database away.
    pub fn take_database_away(&self) -> Outage {
        if let Some((admin_url, name)) = &self.created {
            execute(
                admin_url,
                &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"),
            );
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
            execute(admin_url, &format!("{end} '{name}'"));
            return Outage::Closed {
                admin_url: admin_url.clone(),
                name: name.clone(),
            };
        }
        let path = self.database_url.strip_prefix("sqlite://").unwrap();
        let mut connection = diesel::SqliteConnection::establish(path).unwrap();
        sql_query("BEGIN EXCLUSIVE").execute(&mut connection).unwrap();
        Outage::Locked(connection)
    }
}

impl Drop for Backends {
    fn drop(&mut self) {
        if let Some((admin_url, name)) = &self.created {
            execute(admin_url, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn execute(url: &str, statement: &str) {
    let mut connection = diesel::PgConnection::establish(url).unwrap();
    sql_query(statement).execute(&mut connection).unwrap();
}

pub fn random<const N: usize>() -> [u8; N] {
    fanpass::domain::Entropy::system().bytes().unwrap()
}

//! The database and the cache that a test runs on.

use std::{env, path::PathBuf};

use diesel::{Connection, RunQueryDsl, sql_query};
use tempfile::TempDir;

/// A database and a cache of the test's own; gone with it.
pub struct Backends {
    pub database_url: String,
    pub redis_url: Option<String>,
    created: Option<Created>,
    /// For files: a SQLite database, photos and avatars.
    folder: TempDir,
}

/// A database on a server: what made it, and its name.
#[derive(Clone)]
enum Created {
    Postgres {
        admin_url: String,
        name: String,
    },
    #[cfg(feature = "mysql")]
    Mysql {
        admin_url: String,
        name: String,
    },
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} must name a server for these backends; scripts/test starts one"))
}

/// The database and the cache.
fn chosen() -> (String, String) {
    let chosen = env::var("FANPASS_TEST_BACKENDS").unwrap_or_else(|_| "sqlite,memory".to_owned());
    let chosen = chosen
        .split_once(',')
        .expect("FANPASS_TEST_BACKENDS is `database,cache`");
    (chosen.0.to_owned(), chosen.1.to_owned())
}

impl Backends {
    /// Where photos and avatars are kept, unless the test says otherwise.
    pub fn storage_url(&self) -> String {
        format!("file:{}", self.objects().display())
    }

    /// The same folder.
    pub fn objects(&self) -> PathBuf {
        self.folder.path().join("objects")
    }

    /// The Redis of these tests; none with the cache in memory.
    pub fn redis_url() -> Option<String> {
        match chosen().1.as_str() {
            "memory" => None,
            "redis" => Some(required("FANPASS_TEST_REDIS_URL")),
            other => panic!("no cache {other:?}"),
        }
    }

    pub fn create() -> Self {
        let redis_url = Self::redis_url();
        match chosen().0.as_str() {
            "sqlite" => {
                let folder = tempfile::tempdir().unwrap();
                let database_url = format!("sqlite://{}/fanpass.db", folder.path().display());
                Self {
                    database_url,
                    redis_url,
                    created: None,
                    folder,
                }
            }
            "postgres" => Self::postgres(&required("FANPASS_TEST_DATABASE_URL"), redis_url),
            #[cfg(feature = "mysql")]
            "mysql" => Self::mysql(&required("FANPASS_TEST_MYSQL_URL"), redis_url),
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
            created: Some(Created::Postgres {
                admin_url: admin_url.to_owned(),
                name,
            }),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With a user of its own, who can be locked out.
    #[cfg(feature = "mysql")]
    fn mysql(admin_url: &str, redis_url: Option<String>) -> Self {
        let name = format!("it_{}", hex::encode(random::<12>()));
        for statement in [
            format!("CREATE DATABASE {name}"),
            format!("CREATE USER {name} IDENTIFIED BY 'made-up'"),
            format!("GRANT ALL ON {name}.* TO {name}"),
        ] {
            mysql_execute(admin_url, &statement);
        }
        let mut url = url::Url::parse(admin_url).unwrap();
        url.set_path(&name);
        url.set_username(&name).unwrap();
        url.set_password(Some("made-up")).unwrap();
        Self {
            database_url: url.into(),
            redis_url,
            created: Some(Created::Mysql {
                admin_url: admin_url.to_owned(),
                name,
            }),
            folder: tempfile::tempdir().unwrap(),
        }
    }
}

/// A database that does not take writes for a while.
#[expect(private_interfaces, reason = "tests only hold an outage and end it")]
pub enum Outage {
    /// Another process holds SQLite's write lock.
    Locked(diesel::SqliteConnection),
    /// The server refuses every connection.
    Closed(Created),
    /// PostgreSQL gives read-only connections.
    ReadOnly(Created),
}

impl Outage {
    pub fn end(self) {
        match self {
            Self::Locked(mut connection) => drop(sql_query("ROLLBACK").execute(&mut connection).unwrap()),
            Self::Closed(Created::Postgres { admin_url, name }) => {
                execute(
                    &admin_url,
                    &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"),
                );
            }
            Self::ReadOnly(created) => {
                if let Created::Postgres { admin_url, name } = created {
                    execute(
                        &admin_url,
                        &format!("ALTER DATABASE {name} RESET default_transaction_read_only"),
                    );
                }
            }
            #[cfg(feature = "mysql")]
            Self::Closed(Created::Mysql { admin_url, name }) => {
                mysql_execute(&admin_url, &format!("ALTER USER {name} ACCOUNT UNLOCK"));
            }
        }
    }
}

impl Backends {
    /// Makes open connections read-only, as on a primary that another server replaces. Connections made after the outage can
    /// write. None where the database is not PostgreSQL.
    pub fn make_read_only(&self) -> Option<Outage> {
        let Some(Created::Postgres { admin_url, name }) = &self.created else {
            return None;
        };
        execute(
            admin_url,
            &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"),
        );
        end_sessions(admin_url, name);
        self.created.clone().map(Outage::ReadOnly)
    }

    /// Takes the database away.
    pub fn take_database_away(&self) -> Outage {
        match &self.created {
            Some(Created::Postgres { admin_url, name }) => {
                execute(
                    admin_url,
                    &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"),
                );
                end_sessions(admin_url, name);
            }
            #[cfg(feature = "mysql")]
            Some(Created::Mysql { admin_url, name }) => {
                mysql_execute(admin_url, &format!("ALTER USER {name} ACCOUNT LOCK"));
                mysql_end_sessions(admin_url, name);
            }
            None => {}
        }
        if let Some(created) = &self.created {
            return Outage::Closed(created.clone());
        }
        let path = self.database_url.strip_prefix("sqlite://").unwrap();
        let mut connection = super::rows::sqlite(path);
        sql_query("BEGIN EXCLUSIVE").execute(&mut connection).unwrap();
        Outage::Locked(connection)
    }
}

impl Drop for Backends {
    fn drop(&mut self) {
        match &self.created {
            Some(Created::Postgres { admin_url, name }) => {
                execute(admin_url, &format!("DROP DATABASE {name} WITH (FORCE)"));
            }
            #[cfg(feature = "mysql")]
            Some(Created::Mysql { admin_url, name }) => {
                mysql_end_sessions(admin_url, name);
                mysql_execute(admin_url, &format!("DROP DATABASE {name}"));
                mysql_execute(admin_url, &format!("DROP USER {name}"));
            }
            None => {}
        }
    }
}

fn end_sessions(admin_url: &str, name: &str) {
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
    execute(admin_url, &format!("{end} '{name}'"));
}

fn execute(url: &str, statement: &str) {
    // Must come before Diesel's first connection: see `tls_library`.
    openssl_sys::init();
    let mut connection = diesel::PgConnection::establish(url).unwrap();
    sql_query(statement).execute(&mut connection).unwrap();
}

/// MariaDB does not always find a user while other tests make and drop theirs ("Operation ALTER USER failed").
#[cfg(feature = "mysql")]
fn mysql_execute(url: &str, statement: &str) {
    openssl_sys::init();
    let mut connection = diesel::MysqlConnection::establish(&plain_mysql(url)).unwrap();
    for _ in 0..20 {
        match sql_query(statement).execute(&mut connection) {
            Err(error) if error.to_string().contains("Operation ") => {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            outcome => {
                outcome.unwrap();
                return;
            }
        }
    }
    panic!("{statement} fails again and again");
}

/// A session that has ended by itself is no error.
#[cfg(feature = "mysql")]
fn mysql_end_sessions(url: &str, user: &str) {
    use diesel::{dsl::sql, sql_types::BigInt};

    let mut connection = diesel::MysqlConnection::establish(&plain_mysql(url)).unwrap();
    let sessions = format!("id FROM information_schema.processlist WHERE user = '{user}'");
    let sessions: Vec<i64> = diesel::select(sql::<BigInt>(&sessions)).load(&mut connection).unwrap();
    for session in sessions {
        sql_query(format!("KILL {session}")).execute(&mut connection).ok();
    }
}

/// Without the parameters for TLS, which Diesel's own connection does not know.
#[cfg(feature = "mysql")]
pub fn plain_mysql(url: &str) -> String {
    url.split_once('?').map_or(url, |(plain, _)| plain).to_owned()
}

pub fn random<const N: usize>() -> [u8; N] {
    fanpass::domain::Random::system().bytes()
}

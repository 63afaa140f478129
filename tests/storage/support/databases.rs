#[cfg(feature = "sqlite")]
use std::{fs, io, thread, time::Duration};

use fanpass::{
    repositories::{Database, FansRepository},
    settings::DatabaseUrl,
};

use super::{app_id, database_settings, skipped};

/// An empty database of one test. It is dropped with this.
pub struct TestDatabase {
    pub url: String,
    pub name: &'static str,
    remove: Option<Box<dyn FnOnce()>>,
}

impl TestDatabase {
    pub fn open(&self, pool_size: u32) -> Database {
        Database::open(&database_settings(pool_size), &DatabaseUrl::new(self.url.clone())).unwrap()
    }

    pub async fn fans(&self) -> FansRepository {
        let database = self.open(8);
        database.migrate().await.unwrap();
        FansRepository::new(database, app_id())
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.remove.take().unwrap()();
    }
}

/// Runs `test` once on a fresh database of each backend.
pub async fn each_database(test: impl AsyncFn(&TestDatabase)) {
    for database in [sqlite(), postgres(), mysql()].into_iter().flatten() {
        eprintln!("on {}", database.name);
        test(&database).await;
    }
}

#[cfg(feature = "sqlite")]
pub fn sqlite() -> Option<TestDatabase> {
    let folder = tempfile::tempdir().unwrap();
    Some(TestDatabase {
        url: format!("sqlite://{}/fans.db", folder.path().display()),
        name: "SQLite",
        remove: Some(Box::new(|| remove_folder(folder))),
    })
}

/// A pool that was just dropped may still be opening a connection in the background, and SQLite then adds files to the folder
/// while it is removed.
#[cfg(feature = "sqlite")]
fn remove_folder(folder: tempfile::TempDir) {
    let path = folder.keep();
    let limit = fanpass::domain::Deadline::after(Duration::from_secs(5));
    while let Err(error) = fs::remove_dir_all(&path) {
        assert!(
            error.kind() == io::ErrorKind::DirectoryNotEmpty && !limit.has_passed(),
            "{error}"
        );
        thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(not(feature = "sqlite"))]
pub fn sqlite() -> Option<TestDatabase> {
    skipped("SQLite", "the feature `sqlite`");
    None
}

#[cfg(not(feature = "postgres"))]
pub fn postgres() -> Option<TestDatabase> {
    skipped("PostgreSQL", "the feature `postgres`");
    None
}

#[cfg(feature = "postgres")]
pub fn postgres() -> Option<TestDatabase> {
    use diesel::{Connection, PgConnection, connection::SimpleConnection};

    let Ok(admin) = std::env::var("FANPASS_TEST_DATABASE_URL") else {
        skipped("PostgreSQL", "FANPASS_TEST_DATABASE_URL");
        return None;
    };
    // Before Diesel's own connection, after which it would be too late: see `tls_library`.
    openssl_sys::init();
    let name = new_name();
    let create = format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
    PgConnection::establish(&admin).unwrap().batch_execute(&create).unwrap();
    let (server, _) = admin.rsplit_once('/').unwrap();
    let url = format!("{server}/{name}");
    let remove = move || {
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        PgConnection::establish(&admin).unwrap().batch_execute(&drop).unwrap();
    };
    Some(TestDatabase {
        url,
        name: "PostgreSQL",
        remove: Some(Box::new(remove)),
    })
}

#[cfg(not(feature = "mysql"))]
pub fn mysql() -> Option<TestDatabase> {
    skipped("MySQL", "the feature `mysql`");
    None
}

/// The database's own character set and collation are ones that the tables must not take over.
#[cfg(feature = "mysql")]
pub fn mysql() -> Option<TestDatabase> {
    use diesel::{Connection, MysqlConnection, connection::SimpleConnection};

    let Ok(admin) = std::env::var("FANPASS_TEST_MYSQL_URL") else {
        skipped("MySQL", "FANPASS_TEST_MYSQL_URL");
        return None;
    };
    openssl_sys::init();
    let name = new_name();
    // Diesel's own connection knows nothing of TLS here.
    let mut url = url::Url::parse(&admin).unwrap();
    url.set_query(None);
    let plain = url.to_string();
    let create = format!("CREATE DATABASE {name} CHARACTER SET latin1 COLLATE latin1_swedish_ci");
    MysqlConnection::establish(&plain)
        .unwrap()
        .batch_execute(&create)
        .unwrap();
    url.set_path(&name);
    url.set_query(url::Url::parse(&admin).unwrap().query());
    let remove = move || {
        let drop = format!("DROP DATABASE {name}");
        MysqlConnection::establish(&plain)
            .unwrap()
            .batch_execute(&drop)
            .unwrap();
    };
    Some(TestDatabase {
        url: url.into(),
        name: "MySQL",
        remove: Some(Box::new(remove)),
    })
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn new_name() -> String {
    let random = fanpass::domain::Random::system().bytes::<8>();
    format!("fanpass_test_{}", hex::encode(random))
}

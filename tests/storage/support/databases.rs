use fanpass::{
    repositories::{Database, FansRepository},
    settings::DatabaseUrl,
};
use tempfile::TempDir;

use super::{app_id, database_settings, skipped};

/// An empty database of one test. It is dropped with this.
pub struct TestDatabase {
    pub url: String,
    pub name: &'static str,
    _folder: Option<TempDir>,
    #[cfg(feature = "postgres")]
    admin: Option<(String, String)>,
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

/// Runs `test` once on a fresh database of each backend.
pub async fn each_database(test: impl AsyncFn(&TestDatabase)) {
    for database in [sqlite(), postgres()].into_iter().flatten() {
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
        _folder: Some(folder),
        #[cfg(feature = "postgres")]
        admin: None,
    })
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
    let Ok(admin) = std::env::var("FANPASS_TEST_DATABASE_URL") else {
        skipped("PostgreSQL", "FANPASS_TEST_DATABASE_URL");
        return None;
    };
    let random = fanpass::domain::Entropy::system().bytes::<8>().unwrap();
    let name = format!("fanpass_test_{}", hex::encode(random));
    execute(
        &admin,
        &format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"),
    );
    let (server, _) = admin.rsplit_once('/').unwrap();
    Some(TestDatabase {
        url: format!("{server}/{name}"),
        name: "PostgreSQL",
        _folder: None,
        admin: Some((admin, name)),
    })
}

#[cfg(feature = "postgres")]
fn execute(url: &str, statement: &str) {
    use diesel::{Connection, PgConnection, connection::SimpleConnection};
    PgConnection::establish(url).unwrap().batch_execute(statement).unwrap();
}

#[cfg(feature = "postgres")]
impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((admin, name)) = &self.admin {
            execute(admin, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

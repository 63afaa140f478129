//! What happens to SQLite's file behind the back of open connections.

use std::{fs, path::Path, time::Duration};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use fanpass::{
    domain::Deadline,
    repositories::{Database, RepositoryError},
    settings::DatabaseUrl,
};
use tempfile::TempDir;

use crate::support::database_settings;

/// A migrated database whose file holds all that was written.
async fn database() -> (TempDir, Database) {
    let folder = tempfile::Builder::new().prefix("with 100% ").tempdir().unwrap();
    let url = format!("sqlite://{}", file(&folder));
    // One connection: a pool of more would go on connecting beside the test, and lock the file that it finds changed.
    let database = Database::open(&database_settings(1), &DatabaseUrl::new(url)).unwrap();
    database.migrate().await.unwrap();
    database.probe().await.unwrap();
    connect(&file(&folder))
        .batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    (folder, database)
}

fn file(folder: &TempDir) -> String {
    folder.path().join("fans.db").to_str().unwrap().to_owned()
}

fn connect(path: &str) -> SqliteConnection {
    SqliteConnection::establish(path).unwrap()
}

/// Why the probe fails, while the open connections still work.
async fn fault(database: &Database) -> String {
    database.ping().await.unwrap();
    let limit = Deadline::after(Duration::from_millis(1500));
    let outcome = limit.run(database.probe()).await.unwrap();
    match outcome {
        Err(RepositoryError::Unavailable(reason)) => reason.to_string(),
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_that_somebody_keeps_locked_is_noticed_until_it_is_free() {
    for lock in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"] {
        let (folder, database) = database().await;
        let mut other = connect(&file(&folder));
        other.batch_execute(lock).unwrap();
        let reason = fault(&database).await;
        assert!(reason.contains("locked"), "{lock}: {reason}");
        other.batch_execute("ROLLBACK").unwrap();
        database.probe().await.unwrap();
    }
}

#[tokio::test]
async fn a_lost_file_is_noticed_and_none_is_made_in_its_place() {
    let (folder, database) = database().await;
    fs::remove_file(file(&folder)).unwrap();
    let reason = fault(&database).await;
    assert!(reason.contains("gone"), "{reason}");
    assert!(!Path::new(&file(&folder)).exists());
}

#[tokio::test]
async fn another_database_in_the_same_place_is_noticed() {
    let (folder, database) = database().await;
    let copy = format!("{}.copy", file(&folder));
    fs::copy(file(&folder), &copy).unwrap();
    fs::rename(&copy, file(&folder)).unwrap();
    let reason = fault(&database).await;
    assert!(reason.contains("another one"), "{reason}");
}

#[tokio::test]
async fn a_file_that_was_overwritten_or_emptied_is_noticed() {
    for (content, expected) in [(vec![b'x'; 40_000], "not a database"), (Vec::new(), "no tables")] {
        let (folder, database) = database().await;
        fs::write(file(&folder), content).unwrap();
        let reason = fault(&database).await;
        assert!(reason.contains(expected), "{reason}");
    }
}

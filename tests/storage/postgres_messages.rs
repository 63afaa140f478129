//! A PostgreSQL with Chinese messages: temporary and lasting failures are distinguished without English texts.

use diesel::connection::SimpleConnection;
use fanpass::{
    repositories::{AnyConnection, Database, RepositoryError},
    settings::DatabaseUrl,
};

use crate::support::{database_settings, private_postgres::PrivatePostgres, skipped};

fn open(url: String) -> Database {
    Database::open(&database_settings(1), &DatabaseUrl::new(url)).unwrap()
}

async fn execute(database: &Database, sql: &'static str) -> Result<(), RepositoryError> {
    let run = move |connection: &mut AnyConnection| {
        for statement in sql.split(" ;; ") {
            connection.batch_execute(statement)?;
        }
        Ok(())
    };
    database.run(run).await
}

/// The server, what a superuser and what a plain role opened.
async fn chinese() -> Option<(PrivatePostgres, Database, Database)> {
    let mut server = PrivatePostgres::in_chinese("a PostgreSQL that speaks Chinese")?;
    server.start();
    let admin = open(server.url());
    admin.migrate().await.unwrap();
    let role = "CREATE ROLE fan LOGIN ;; GRANT ALL ON ALL TABLES IN SCHEMA public TO fan";
    execute(&admin, role).await.unwrap();
    let plain = open(server.url().replace("//fanpass:", "//fan:"));
    let said = format!("{:?}", execute(&plain, "SELECT 1/0").await.unwrap_err());
    if said.is_ascii() {
        skipped("a PostgreSQL that speaks Chinese", "PostgreSQL's Chinese catalogue");
        return None;
    }
    Some((server, admin, plain))
}

#[tokio::test]
async fn temporary_failures_are_outages_in_chinese_too() {
    let Some((_server, admin, plain)) = chinese().await else {
        return;
    };
    execute(&admin, "BEGIN ;; LOCK TABLE fans_profiles").await.unwrap();
    for (what, sql) in [
        (
            "a statement's time",
            "SET statement_timeout = '50ms' ;; SELECT pg_sleep(60)",
        ),
        (
            "a lock's time",
            "SET statement_timeout = 0 ;; SET lock_timeout = '50ms' ;; DELETE FROM fans_profiles",
        ),
        ("a lock", "SELECT 1 FROM fans_profiles FOR UPDATE NOWAIT"),
        (
            "a full disk",
            "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = '无法扩展文件: 设备上没有空间'; END $$",
        ),
        ("an administrator", "SELECT pg_terminate_backend(pg_backend_pid())"),
        (
            "a read-only server",
            "SET default_transaction_read_only = on ;; DELETE FROM fans_profiles WHERE id = ''",
        ),
    ] {
        let outcome = execute(&plain, sql).await;
        assert!(
            matches!(outcome, Err(RepositoryError::Unavailable(_))),
            "{what}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn lasting_failures_are_no_outages_in_chinese_either() {
    let Some((_server, admin, plain)) = chinese().await else {
        return;
    };
    execute(&admin, "CREATE TABLE fans_hidden (id TEXT)").await.unwrap();
    for (what, sql) in [
        ("no table", "SELECT 1 FROM fans_elsewhere"),
        ("no column", "SELECT colour FROM fans_profiles"),
        ("no right to a table", "SELECT 1 FROM fans_hidden"),
        ("no right to write", "INSERT INTO fans_hidden VALUES ('made-up')"),
        ("no right to make a table", "CREATE TABLE fans_own (id TEXT)"),
        ("no such form", "SELEC 1"),
        ("a missing value", "INSERT INTO fans_profiles (id) VALUES ('made-up')"),
    ] {
        let outcome = execute(&plain, sql).await;
        assert!(matches!(outcome, Err(RepositoryError::Other(_))), "{what}: {outcome:?}");
    }
}

/// A role that may choose the language of the messages gets English, which readers of the log expect.
#[tokio::test]
async fn a_superuser_gets_english_messages() {
    let Some((_server, admin, _plain)) = chinese().await else {
        return;
    };
    let said = format!("{:?}", execute(&admin, "SELECT 1/0").await.unwrap_err());
    assert!(said.contains("division by zero"), "{said}");
}

//! Databases that cannot hold every name are refused before a fan meets them.

use std::process::Command;

use diesel::connection::SimpleConnection;
use fanpass::{
    repositories::{AnyConnection, Database, DatabaseError},
    settings::DatabaseUrl,
};

use crate::support::{database_settings, private_postgres::PrivatePostgres, processes::free_port};

const ENCODINGS: [&str; 3] = ["LATIN1", "EUC_CN", "SQL_ASCII"];

fn open(url: &str) -> Database {
    Database::open(&database_settings(1), &DatabaseUrl::new(url.to_owned())).unwrap()
}

/// A server with a database of each encoding, named like it.
async fn server(what: &str) -> Option<PrivatePostgres> {
    let mut server = PrivatePostgres::new(what)?;
    server.start();
    let create = |connection: &mut AnyConnection| {
        for encoding in ENCODINGS {
            let name = encoding.to_lowercase();
            connection.batch_execute(&format!(
                "CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
            ))?;
        }
        Ok(())
    };
    open(&server.url()).run(create).await.unwrap();
    Some(server)
}

fn url_of(server: &PrivatePostgres, encoding: &str) -> String {
    let (server_url, _) = server
        .url()
        .rsplit_once('/')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    format!("{server_url}/{}", encoding.to_lowercase())
}

#[tokio::test]
async fn a_database_that_cannot_store_every_name_is_refused_with_a_hint() {
    let Some(server) = server("a PostgreSQL database that is not UTF8").await else {
        return;
    };
    for encoding in ENCODINGS {
        let database = open(&url_of(&server, encoding));
        let Err(DatabaseError::Unfit(fault)) = database.verify().await else {
            panic!("{encoding} was accepted");
        };
        assert!(
            fault.contains(encoding) && fault.contains("ENCODING 'UTF8' TEMPLATE template0"),
            "{fault}"
        );
        // Also where the database came up later than the process.
        let error = format!("{:?}", database.ping().await.unwrap_err());
        assert!(error.contains(encoding), "{error}");
        assert!(database.migrate().await.is_err());
    }
    open(&server.url()).verify().await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_down_is_no_misfit() {
    open("postgres://fan:made-up@127.0.0.1:1/fans").verify().await.unwrap();
}

#[tokio::test]
async fn no_command_works_with_a_database_that_cannot_store_every_name() {
    let Some(server) = server("a PostgreSQL database that is not UTF8").await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for command in ["check", "migrate", "serve"] {
        let mut fanpass = Command::new(env!("CARGO_BIN_EXE_fanpass"));
        fanpass.arg(command).current_dir(folder.path()).env_clear();
        for port in ["SERVER__PORT", "OPS__PORT", "SANDBOX__PORT"] {
            fanpass.env(format!("FANPASS__{port}"), free_port().to_string());
        }
        fanpass.env("DATABASE_URL", url_of(&server, "LATIN1"));
        let output = tokio::task::spawn_blocking(move || fanpass.output().unwrap())
            .await
            .unwrap();
        let output_text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{command}: {output_text}");
        assert!(
            output_text.contains("LATIN1") && output_text.contains("TEMPLATE template0"),
            "{command}: {output_text}"
        );
        assert!(!output_text.contains("made-up"), "{command}: {output_text}");
    }
}

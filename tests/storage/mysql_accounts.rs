//! A MariaDB that refuses connections, or cannot store every name.

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::ErrorChain,
    repositories::{AnyConnection, Database, DatabaseError},
    settings::DatabaseUrl,
};

use crate::support::{database_settings, private_mysql::PrivateMysql};

fn open(url: String) -> Database {
    Database::open(&database_settings(1), &DatabaseUrl::new(url)).unwrap()
}

async fn execute(server: &PrivateMysql, sql: String) {
    let run = move |connection: &mut AnyConnection| Ok(connection.batch_execute(&sql)?);
    open(server.url()).run(run).await.unwrap();
}

async fn failure(url: String) -> String {
    let error = open(url).ping().await.unwrap_err();
    ErrorChain(&error).to_string()
}

fn server(what: &str) -> Option<PrivateMysql> {
    let mut server = PrivateMysql::with_accounts(what)?;
    server.start();
    Some(server)
}

#[tokio::test]
async fn refusals_are_distinguished_and_a_wrong_password_has_one_text_whatever_it_is() {
    let Some(server) = server("a MariaDB that keeps us out") else {
        return;
    };
    let port = server.port();
    for password in ["pa", "a", "Access", "password", "YES"] {
        assert_eq!(
            failure(format!("mysql://fan:{password}@127.0.0.1:{port}/fans")).await,
            format!("the database is not available: 127.0.0.1:{port} refuses the user \"fan\" with this password")
        );
    }
    for (rest, expected) in [
        (format!("fan@127.0.0.1:{port}/fans"), "asks for a password"),
        (
            format!("root:made-up@127.0.0.1:{port}/none"),
            "does not have the database \"none\"",
        ),
        (
            format!("fan:made-up@127.0.0.1:{port}/mysql"),
            "does not let the user \"fan\" use the database \"mysql\"",
        ),
        (format!("fan:made-up@127.0.0.1:{port}/fans?ssl_mode=required"), "no TLS"),
        ("fan:a@127.0.0.1:1/fans".to_owned(), "connection refused"),
        ("fan:a@nowhere.invalid/fans".to_owned(), "is not known by that name"),
    ] {
        let text = failure(format!("mysql://{rest}")).await;
        assert!(text.contains(expected), "{rest}: {text}");
    }
}

#[tokio::test]
async fn a_password_with_reserved_characters_is_taken_or_the_fault_says_how_to_write_it() {
    let Some(server) = server("a MariaDB password with reserved characters") else {
        return;
    };
    for (password, is_taken) in [
        ("pa@ss", true),
        ("pa:ss", true),
        ("pa[ss]", true),
        ("pa+ss", true),
        ("pa%ss", true),
        ("pa?ss", false),
        ("pa#ss", false),
        ("pa/ss", false),
    ] {
        execute(&server, format!("ALTER USER fan IDENTIFIED BY '{password}'")).await;
        let url = |password: &str| format!("mysql://fan:{password}@127.0.0.1:{}/fans", server.port());
        let encoded: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
        open(url(&encoded)).ping().await.unwrap();
        match Database::open(&database_settings(1), &DatabaseUrl::new(url(password))) {
            Ok(database) if is_taken => database.ping().await.unwrap(),
            Err(fault) if !is_taken => {
                let fault = fault.to_string();
                assert!(
                    fault.contains("%3F") && !fault.contains(password),
                    "{password}: {fault}"
                );
            }
            outcome => panic!("{password}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn a_column_that_cannot_store_every_name_is_refused_with_a_hint() {
    let Some(server) = server("a MariaDB whose column is not utf8mb4") else {
        return;
    };
    let database = open(server.url());
    database.verify().await.unwrap();
    database.migrate().await.unwrap();
    database.verify().await.unwrap();
    let narrow = "ALTER TABLE fans_profiles MODIFY nickname VARCHAR(128) CHARACTER SET utf8mb3 NOT NULL";
    execute(&server, narrow.to_owned()).await;
    let Err(DatabaseError::Unfit(fault)) = database.verify().await else {
        panic!("the column was accepted");
    };
    assert!(fault.contains("utf8mb3"), "{fault}");
    let (_, hint) = fault.split_once(": ").unwrap();
    execute(&server, hint.to_owned()).await;
    database.verify().await.unwrap();
}

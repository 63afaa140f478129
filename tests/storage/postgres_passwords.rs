//! Passwords with characters that a URL reserves, and what is failure of one that is wrong.

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::ErrorChain,
    repositories::{AnyConnection, Database, DatabaseError},
    settings::DatabaseUrl,
};

use crate::support::{database_settings, private_postgres::PrivatePostgres, skipped};

fn open(url: String) -> Result<Database, DatabaseError> {
    Database::open(&database_settings(1), &DatabaseUrl::new(url))
}

async fn execute(server: &PrivatePostgres, sql: String) {
    let run = move |connection: &mut AnyConnection| Ok(connection.batch_execute(&sql)?);
    open(server.url()).unwrap().run(run).await.unwrap();
}

async fn failure(url: String) -> String {
    let error = open(url).unwrap().ping().await.unwrap_err();
    ErrorChain(&error).to_string()
}

/// A server that asks the role `fan2` for its password.
async fn server(what: &str) -> Option<PrivatePostgres> {
    let mut server = PrivatePostgres::new(what)?;
    server.ask_for_password_of("fan2");
    server.start();
    execute(&server, "CREATE ROLE fan2 LOGIN PASSWORD 'made-up'".to_owned()).await;
    Some(server)
}

fn url(server: &PrivatePostgres, password: &str) -> String {
    format!("postgres://fan2:{password}@127.0.0.1:{}/postgres", server.port())
}

#[tokio::test]
async fn a_password_with_reserved_characters_is_taken_as_psql_takes_it_or_the_fault_says_how_to_write_it() {
    let Some(server) = server("a PostgreSQL password with reserved characters").await else {
        return;
    };
    for (password, hint) in [
        ("pa?ss", None),
        ("pa#ss", None),
        ("pa:ss", None),
        ("pa[ss]", None),
        ("pa?connect_timeout=1&ss", None),
        ("pa+ss", None),
        ("pa@ss", Some("%40")),
        ("pa/ss", Some("%2F")),
        ("pa%ss", Some("%25")),
        ("pa ss", Some("%20")),
    ] {
        execute(&server, format!("ALTER ROLE fan2 PASSWORD '{password}'")).await;
        let encoded: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
        open(url(&server, &encoded)).unwrap().ping().await.unwrap();
        match (open(url(&server, password)), hint) {
            (Ok(database), None) => database.ping().await.unwrap(),
            (Err(fault), Some(hint)) => {
                let fault = fault.to_string();
                assert!(fault.contains(hint) && !fault.contains(password), "{password}: {fault}");
            }
            (outcome, _) => panic!("{password}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn a_wrong_password_has_one_text_whatever_it_is() {
    let Some(server) = server("a wrong PostgreSQL password").await else {
        return;
    };
    let expected = format!(
        "the database is not available: 127.0.0.1:{} refuses the user \"fan2\" with this password",
        server.port()
    );
    for password in [
        "pa",
        "a",
        "e",
        "authentication",
        "FATAL",
        "password authentication failed",
    ] {
        let raw = password.replace(' ', "%20");
        assert_eq!(failure(url(&server, &raw)).await, expected, "{password}");
    }
}

#[tokio::test]
async fn other_refusals_are_distinguished() {
    let Some(server) = server("a PostgreSQL that keeps us out").await else {
        return;
    };
    execute(&server, "CREATE ROLE many LOGIN CONNECTION LIMIT 0".to_owned()).await;
    execute(&server, "CREATE ROLE closed NOLOGIN".to_owned()).await;
    execute(&server, "CREATE DATABASE closed ALLOW_CONNECTIONS false".to_owned()).await;
    let host = format!("127.0.0.1:{}", server.port());
    let mut texts = Vec::new();
    for (rest, expected) in [
        (format!("nobody:a@{host}/postgres"), "does not know the user \"nobody\""),
        (format!("fan2@{host}/postgres"), "asks for a password"),
        (format!("fanpass:a@{host}/none"), "does not have the database \"none\""),
        (
            format!("fanpass:a@{host}/closed"),
            "lets nobody use the database \"closed\"",
        ),
        (format!("many:a@{host}/postgres"), "too many connections"),
        (format!("closed:a@{host}/postgres"), "does not let the user \"closed\""),
        (format!("fanpass:a@{host}/postgres?sslmode=require"), "offers no TLS"),
        ("fanpass:a@127.0.0.1:1/postgres".to_owned(), "connection refused"),
        (
            "fanpass:a@nowhere.invalid/postgres".to_owned(),
            "is not known by that name",
        ),
    ] {
        let text = failure(format!("postgres://{rest}")).await;
        assert!(text.contains(expected), "{rest}: {text}");
        texts.push(text);
    }
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 9, "{texts:#?}");
}

/// An unknown message is not shown if it contains the password.
#[tokio::test]
async fn a_refusal_in_chinese_is_shown_whole_or_not_at_all() {
    let Some(mut server) = PrivatePostgres::in_chinese("a wrong password in Chinese") else {
        return;
    };
    server.ask_for_password_of("fan2");
    server.start();
    execute(&server, "CREATE ROLE fan2 LOGIN PASSWORD 'made-up'".to_owned()).await;
    let shown = failure(url(&server, "made-up-and-wrong")).await;
    if shown.contains("with this password") {
        return skipped("a wrong password in Chinese", "PostgreSQL's Chinese catalogue");
    }
    assert!(!shown.is_ascii() && !shown.contains('…'), "{shown}");
    let hidden = failure(url(&server, "a")).await;
    assert!(hidden.contains("not shown") && hidden.is_ascii(), "{hidden}");
}

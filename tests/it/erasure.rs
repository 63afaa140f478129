//! The erasure of a fan: what is left, and what a login under way does.

mod by_push;

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

use diesel::{
    QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Text},
};
use fanpass::{
    domain::{Erased, KEEPS, Place},
    repositories::{AnyConnection, Database},
    settings::{Settings, Source},
};
use serde_json::json;

use crate::support::{Row, TestApp, eventually};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    found: i64,
}

const SQLITE: &str = "SELECT tables.name AS table_name, columns.name AS column_name FROM sqlite_master AS tables \
                      JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'";
const POSTGRES: &str = "SELECT table_name::TEXT AS table_name, column_name::TEXT AS column_name \
                        FROM information_schema.columns WHERE table_schema = current_schema()";
#[cfg(feature = "mysql")]
const MYSQL: &str = "SELECT table_name AS table_name, column_name AS column_name FROM information_schema.columns \
                     WHERE table_schema = DATABASE()";

fn database(app: &TestApp) -> Database {
    let mut source = Source::new(std::env::temp_dir().join("fanpass-it-empty"));
    source.env = app.variables();
    // Its targets are in the application's own folder.
    source.env.retain(|name, _| !name.starts_with("PUSH_FORWARD_"));
    let settings = Settings::load(&source).unwrap_or_else(|error| panic!("{error}"));
    Database::open(&settings.database, &settings.secrets.database_url).unwrap()
}

/// The columns of every table, those of the migrations apart.
async fn columns(database: &Database) -> Vec<Column> {
    let list = |connection: &mut AnyConnection| {
        let query = match connection {
            AnyConnection::Sqlite(_) => SQLITE,
            AnyConnection::Postgres(_) => POSTGRES,
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(_) => MYSQL,
        };
        Ok(sql_query(query).load::<Column>(connection)?)
    };
    let mut columns = database.run(list).await.unwrap();
    columns
        .retain(|column| column.table_name != "__diesel_schema_migrations" && column.table_name != "sqlite_sequence");
    assert!(columns.len() > 30);
    columns
}

/// The columns in which a text of the fan stands.
async fn traces(database: &Database, texts: &[String]) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for Column {
        table_name: table,
        column_name: column,
    } in columns(database).await
    {
        for text in texts {
            let (at, pattern) = (format!("{table}.{column}"), format!("%{text}%"));
            let count = move |connection: &mut AnyConnection| {
                let (table, column) = at.split_once('.').unwrap();
                let kind = match connection {
                    #[cfg(feature = "mysql")]
                    AnyConnection::Mysql(_) => "CHAR",
                    _ => "TEXT",
                };
                let query =
                    format!("SELECT COUNT(*) AS found FROM {table} WHERE CAST({column} AS {kind}) LIKE '{pattern}'");
                Ok(sql_query(query).get_result::<Found>(connection)?.found)
            };
            if database.run(count).await.unwrap() > 0 {
                found.insert((table.clone(), column.clone()));
            }
        }
    }
    found
}

/// The columns of this application's database in which one of these texts stands.
pub async fn traces_of(app: &TestApp, texts: &[&str]) -> BTreeSet<(String, String)> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    traces(&database(app), &texts).await
}

/// The number that a query has as its column `found`.
async fn count(database: &Database, query: String) -> i64 {
    let count = move |connection: &mut AnyConnection| Ok(sql_query(&query).get_result::<Found>(connection)?.found);
    database.run(count).await.unwrap()
}

fn registered() -> BTreeSet<(String, String)> {
    let columns = KEEPS.iter().filter_map(|keeps| match keeps.place {
        Place::Columns { table, columns } => Some(columns.iter().map(move |column| (table, *column))),
        Place::Cache { .. } | Place::Objects { .. } => None,
    });
    columns
        .flatten()
        .map(|(table, column)| (table.to_owned(), column.to_owned()))
        .collect()
}

/// The keys of this deployment in Redis.
fn redis_keys(app: &TestApp) -> Vec<String> {
    let prefix = &app.variables()["FANPASS__CACHE__KEY_PREFIX"];
    let replies = redis(app, &format!("KEYS *{prefix}*"));
    let keys = replies.lines().filter(|line| line.contains(prefix.as_str()));
    keys.map(str::to_owned).collect()
}

/// The reply of Redis to one command, as it is sent; empty without a Redis.
fn redis(app: &TestApp, command: &str) -> String {
    let Some(url) = &app.backends.redis_url else {
        return String::new();
    };
    let url = url::Url::parse(url).unwrap();
    let mut redis = TcpStream::connect((url.host_str().unwrap(), url.port().unwrap())).unwrap();
    redis.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let password = url.password().unwrap_or_default();
    write!(redis, "AUTH {} {password}\r\n{command}\r\nQUIT\r\n", url.username()).unwrap();
    let mut replies = String::new();
    redis.read_to_string(&mut replies).unwrap();
    replies
}

async fn distinctive_fan(app: &TestApp) -> (String, Row) {
    let profile = json!({ "nickname": "Zyzzyva-Made-Up", "unionid": "uZyzzyvaMadeUp" });
    let made = app.platform.control("POST", "fans", profile).await;
    let openid = made["openid"].as_str().unwrap().to_owned();
    app.registered(&openid).await;
    let row = app.row(&openid).await;
    (openid, row)
}

#[actix_web::test]
async fn every_table_and_key_that_holds_something_of_a_fan_is_registered_and_an_erasure_leaves_nothing_of_who_it_was() {
    let app = TestApp::start().await;
    let (openid, row) = distinctive_fan(&app).await;
    let database = database(&app);
    let who = [openid.clone(), row.nickname, row.unionid.unwrap(), row.avatar_url];
    let all: Vec<String> = who.iter().chain([&row.id]).cloned().collect();
    let found = traces(&database, &all).await;
    assert!(found.len() >= 5, "{found:?}");
    let unregistered: Vec<_> = found.difference(&registered()).cloned().collect();
    assert!(unregistered.is_empty(), "{unregistered:?}");
    let prefixes: Vec<&str> = KEEPS
        .iter()
        .filter_map(|keeps| match keeps.place {
            Place::Cache { prefix } => Some(prefix),
            Place::Columns { .. } | Place::Objects { .. } => None,
        })
        .collect();
    let of_fan = |key: &String| all.iter().any(|text| key.contains(text.as_str()));
    let keys: Vec<String> = redis_keys(&app).into_iter().filter(of_fan).collect();
    assert_eq!(keys.is_empty(), app.backends.redis_url.is_none(), "{keys:?}");
    for key in &keys {
        assert!(prefixes.iter().any(|prefix| key.contains(prefix)), "{key}");
    }

    app.fans(&["forget", &openid, "--yes"]).await;
    assert_eq!(traces(&database, &who).await, BTreeSet::new());
    let kept = traces(&database, std::slice::from_ref(&row.id)).await;
    for (table, column) in &kept {
        let keeps = KEEPS.iter().find(|keeps| {
            matches!(keeps.place, Place::Columns { table: at, columns } if at == table && columns.contains(&column.as_str()))
        });
        assert!(matches!(keeps.unwrap().erased, Erased::Kept(_)), "{table}.{column}");
    }
    let left: Vec<String> = redis_keys(&app).into_iter().filter(of_fan).collect();
    for key in left {
        let holds_nothing = || redis(&app, &format!("GET {key}")).contains("\r\nerased\r\n");
        assert!(key.contains("web_token_refresh:") || holds_nothing(), "{key}");
    }
}

#[actix_web::test]
async fn every_column_that_can_name_a_fan_is_registered() {
    let app = TestApp::start().await;
    let names_a_fan = |column: &str| {
        ["openid", "unionid", "nickname", "avatar", "subject", "payload"]
            .iter()
            .any(|part| column.contains(part))
            || column == "fan_id"
    };
    let columns = columns(&database(&app)).await;
    let known = registered();
    let unregistered: Vec<_> = columns
        .into_iter()
        .map(|column| (column.table_name, column.column_name))
        .filter(|(table, column)| names_a_fan(column) && !known.contains(&(table.clone(), column.clone())))
        .collect();
    assert!(
        unregistered.is_empty(),
        "add them to KEEPS in src/domain/erasure.rs: {unregistered:?}"
    );
}

#[actix_web::test]
async fn a_registration_under_way_does_not_undo_an_erasure() {
    let app = TestApp::start().await;
    let (openid, row) = distinctive_fan(&app).await;
    let browser = app.browser();
    let callback = app.consent(&browser, &openid, "/photos", "agree").await;
    app.fans(&["forget", &openid, "--yes"]).await;
    let page = browser.open(&callback).await;
    assert_eq!(page.path(), "/welcome", "a new consent is needed");
    assert!(!browser.is_signed_in());
    assert_eq!(app.rows(Some(&openid)).await, 0);

    app.register(&browser, &openid, "/").await;
    assert_ne!(app.row(&openid).await.id, row.id);
}

#[actix_web::test]
async fn a_grant_that_was_saved_before_an_erasure_makes_no_row() {
    let app = TestApp::start().await;
    let (openid, _) = distinctive_fan(&app).await;
    let browser = app.browser();
    let callback = app.consent(&browser, &openid, "/photos", "agree").await;
    let outage = app.backends.take_database_away();
    let page = browser.get(&callback).await;
    assert_eq!(page.status, 503, "{}", page.text());
    outage.end();
    eventually("the database is back", async || {
        app.fans_with(&["forget", &openid, "--yes"], &[], "").await.code == 0
    })
    .await;
    eventually("the login is completed", async || {
        let page = browser.get(&callback).await;
        assert_ne!(page.status, 200);
        page.status == 303 && page.location().starts_with("/welcome")
    })
    .await;
    assert_eq!(app.rows(Some(&openid)).await, 0);
}

#[actix_web::test]
async fn an_outcome_that_was_recorded_before_an_erasure_gives_no_session() {
    let app = TestApp::start().await;
    let (openid, _) = distinctive_fan(&app).await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &openid, "/photos").await;
    // The phone drops the first response and repeats the callback.
    let twin = app.browser();
    for name in browser.cookie_names() {
        twin.set_cookie(&name, &browser.cookie(&name).unwrap());
    }
    assert_eq!(twin.get(&callback).await.status, 303);
    app.fans(&["forget", &openid, "--yes"]).await;
    browser.get(&callback).await;
    eventually("the session is none", async || {
        browser.open(&app.at("/")).await.path() == "/welcome"
    })
    .await;
    assert_eq!(app.rows(Some(&openid)).await, 0);
}

/// The process is killed while it waits for a cache that does not answer; a server finishes the erasure.
#[actix_web::test]
async fn a_command_that_is_killed_leaves_an_erasure_that_a_server_finishes() {
    let app = TestApp::start().await;
    let (openid, row) = distinctive_fan(&app).await;
    // It takes connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_url = format!("redis://{}/", silent.local_addr().unwrap());
    let away = [("REDIS_URL", silent_url.as_str())];
    let mut command = crate::support::command(&app, &["forget", &openid, "--yes"], &away);
    let mut child = command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    eventually("the row is gone", async || app.rows(Some(&openid)).await == 0).await;
    child.kill().unwrap();
    child.wait().unwrap();
    // The lease of the dead process and a pause between attempts pass.
    app.clock.advance(120);
    eventually("nothing of the erasure waits", async || {
        let listed = app.jobs(&["list", "--json"]).await.json();
        listed.iter().all(|job| job["kind"] != "erase_fan")
    })
    .await;
    let again = app.fans(&["forget", &row.id, "--json"]).await;
    assert_eq!(again.json()[0]["row"], "none");
}

//! A database that turns read-only for those who are connected, while another server, or a new session, would write.
//! A ping succeeds on it.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::{Clock, FanId, OpenId, Profile, Random},
    repositories::{Database, FansRepository, NewFan, RepositoryError},
    settings::DatabaseUrl,
};

use crate::support::{Register, app_id, database_settings, eventually, forwarder::Forwarder};

const POOL: u32 = 4;

fn open(url: String) -> Database {
    Database::open(&database_settings(POOL), &DatabaseUrl::new(url)).unwrap()
}

async fn execute(database: &Database, sql: &'static str) {
    let run = move |connection: &mut fanpass::repositories::AnyConnection| Ok(connection.batch_execute(sql)?);
    database.run(run).await.unwrap();
}

async fn register(database: &Database, number: u32) -> Result<(), RepositoryError> {
    let clock = Clock::system();
    let new = NewFan {
        id: FanId::generate(&clock, &Random::system()),
        profile: Profile {
            openid: OpenId::parse(&format!("oMade-Up_Fan{number}")).unwrap(),
            unionid: None,
            nickname: "小明".to_owned(),
            avatar_url: String::new(),
        },
        consent_version: "2026-11".to_owned(),
        now: clock.now(),
    };
    let fans = FansRepository::new(database.clone(), app_id());
    fans.register(new).await.map(drop)
}

/// Several connections, so that one that is found out leaves others behind.
async fn fill_the_pool(database: &Database) {
    let all = (0..POOL * 4).map(|number| {
        let database = database.clone();
        tokio::spawn(async move { register(&database, number).await })
    });
    for call in all.collect::<Vec<_>>() {
        // Where the server is read-only already they fail, on connections that were made for them.
        call.await.unwrap().ok();
    }
}

async fn all_can_register(database: &Database) -> bool {
    let calls = (100..100 + POOL * 4).map(|number| {
        let database = database.clone();
        tokio::spawn(async move { register(&database, number).await })
    });
    let mut outcomes = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        outcomes.push(call.await.unwrap().is_ok());
    }
    outcomes.iter().all(|is_ok| *is_ok)
}

async fn is_read_only(database: &Database) -> bool {
    let written = matches!(register(database, 50).await, Err(RepositoryError::Unavailable(_)));
    written && database.ping().await.is_ok()
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn fans_register_again_when_another_server_takes_over_from_one_that_turned_read_only() {
    use crate::support::private_mysql::PrivateMysql;

    let what = "a MariaDB that another one takes over from";
    let (Some(mut old), Some(mut new)) = (PrivateMysql::with_accounts(what), PrivateMysql::with_accounts(what)) else {
        return;
    };
    for server in [&mut old, &mut new] {
        server.start();
        open(server.url()).migrate().await.unwrap();
    }
    let forwarder = Forwarder::to(old.port()).await;
    let database = open(old.fans_url(forwarder.port()));
    fill_the_pool(&database).await;
    assert!(all_can_register(&database).await);
    database.probe().await.unwrap();

    execute(&open(old.url()), "SET GLOBAL read_only = 1").await;
    assert!(is_read_only(&database).await);
    assert!(database.probe().await.is_err(), "a server that does not write is sound");

    forwarder.point_to(new.port());
    let again = eventually(Duration::from_secs(10), async || register(&database, 60).await.is_ok()).await;
    assert!(again, "no connection was made anew");
    assert!(
        all_can_register(&database).await,
        "a sibling still leads to the old server"
    );
    database.probe().await.unwrap();
}

/// Without any writes: the probe of an orchestrator finds it too.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn sessions_that_cannot_write_are_replaced_by_new_ones_that_can() {
    let Some(server) = read_only_postgres().await else {
        return;
    };
    let database = open(server.url());
    fill_the_pool(&database).await;
    assert!(is_read_only(&database).await);
    assert!(database.probe().await.is_err(), "a session that cannot write is sound");

    let_sessions_write(&server).await;
    let again = eventually(Duration::from_secs(10), async || database.probe().await.is_ok()).await;
    assert!(again, "no connection was made anew");
    assert!(all_can_register(&database).await, "a sibling still cannot write");
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_database_that_nobody_can_write_to_is_not_connected_to_with_every_request() {
    use fanpass::domain::Deadline;

    let Some(server) = read_only_postgres().await else {
        return;
    };
    let forwarder = Forwarder::to(server.port()).await;
    let database = open(server.url_by(forwarder.port()));
    let hour = Duration::from_secs(3600);
    let begun = Deadline::after(hour);
    for number in 0..200 {
        assert!(register(&database, number).await.is_err());
        assert!(database.probe().await.is_err());
    }
    let seconds = u32::try_from((hour - begun.remaining()).as_secs()).unwrap();
    let connections = forwarder.connections();
    assert!(
        connections <= POOL * (seconds + 2),
        "{connections} connections in {seconds} s"
    );
    let_sessions_write(&server).await;
    assert!(eventually(Duration::from_secs(10), async || register(&database, 1).await.is_ok()).await);
}

/// With the tables, and a role whose new sessions cannot write.
#[cfg(feature = "postgres")]
async fn read_only_postgres() -> Option<crate::support::private_postgres::PrivatePostgres> {
    use crate::support::private_postgres::PrivatePostgres;

    let mut server = PrivatePostgres::new("a PostgreSQL that is read-only")?;
    server.start();
    let database = open(server.url());
    database.migrate().await.unwrap();
    execute(&database, "ALTER ROLE fanpass SET default_transaction_read_only = on").await;
    Some(server)
}

#[cfg(feature = "postgres")]
async fn let_sessions_write(server: &crate::support::private_postgres::PrivatePostgres) {
    let admin = open(server.url());
    let sql = "SET default_transaction_read_only = off; ALTER ROLE fanpass RESET default_transaction_read_only";
    // As two statements: the first holds from the next transaction on.
    let run = move |connection: &mut fanpass::repositories::AnyConnection| {
        for statement in sql.split("; ") {
            connection.batch_execute(statement)?;
        }
        Ok(())
    };
    admin.run(run).await.unwrap();
}

/// The server refuses with 1792 then, and only the sessions that began meanwhile.
#[cfg(feature = "mysql")]
#[tokio::test]
async fn a_server_whose_transactions_are_read_only_is_degraded_and_writes_once_that_is_taken_back() {
    use crate::support::private_mysql::PrivateMysql;

    let Some(mut server) = PrivateMysql::with_accounts("a MariaDB whose transactions are read-only") else {
        return;
    };
    server.start();
    let (operator, database) = (open(server.url()), open(server.fans_url(server.port())));
    database.migrate().await.unwrap();
    fill_the_pool(&database).await;
    database.probe().await.unwrap();

    execute(&operator, "SET GLOBAL tx_read_only = 1").await;
    let limit = Duration::from_secs(10);
    let is_degraded = async || matches!(database.probe().await, Err(RepositoryError::Unavailable(_)));
    assert!(eventually(limit, is_degraded).await, "it is not found out");
    let is_refused = async || is_degraded().await && is_read_only(&database).await;
    assert!(
        eventually(limit, is_refused).await,
        "a session from before still writes"
    );

    execute(&operator, "SET GLOBAL tx_read_only = 0").await;
    let recovered = async || database.probe().await.is_ok() && all_can_register(&database).await;
    assert!(eventually(limit, recovered).await, "it does not recover");
}

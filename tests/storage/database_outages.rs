//! A database server that stops, starts and freezes under a running application.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::Deadline,
    repositories::{AnyConnection, Database, RepositoryError},
    settings::DatabaseUrl,
};

use crate::support::{
    database_settings, eventually,
    servers::{PrivateServer, each_server},
};

fn open(server: &PrivateServer, pool_size: u32, pool_timeout: Duration) -> Database {
    let mut settings = database_settings(pool_size);
    settings.pool_timeout = pool_timeout;
    Database::open(&settings, &DatabaseUrl::new(server.url())).unwrap()
}

#[tokio::test]
async fn while_the_server_is_down_calls_fail_at_once_and_work_again_when_it_is_back() {
    each_server("is down", async |server| {
        let database = open(server, 4, Duration::from_secs(5));

        let limit = Deadline::after(Duration::from_secs(1));
        let error = database.ping().await.unwrap_err();
        assert!(matches!(error, RepositoryError::Unavailable(_)));
        assert!(!format!("{error:?}").contains("made-up"), "{error:?}");
        for _ in 0..200 {
            assert!(database.ping().await.is_err());
        }
        assert!(
            !limit.has_passed(),
            "calls waited for a server that is known to be down"
        );

        server.start();
        assert!(eventually(Duration::from_secs(3), async || database.ping().await.is_ok()).await);
    })
    .await;
}

#[tokio::test]
async fn a_restart_of_the_server_costs_a_repeatable_operation_nothing() {
    each_server("restarts", async |server| {
        server.start();
        let database = open(server, 4, Duration::from_secs(5));
        let slow = server.sleep("0.2");
        let slow = || {
            let slow = slow.clone();
            database.run(move |connection| Ok(connection.batch_execute(&slow)?))
        };
        let (first, second, third) = tokio::join!(slow(), slow(), slow());
        first.and(second).and(third).unwrap();

        server.stop();
        server.start();
        for _ in 0..4 {
            database.ping().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_lost_connection_is_an_outage_for_an_operation_that_may_run_only_once() {
    each_server("restarts", async |server| {
        server.start();
        let database = open(server, 1, Duration::from_secs(5));
        database.ping().await.unwrap();

        server.stop();
        server.start();
        let once = |connection: &mut AnyConnection| Ok(connection.batch_execute("SELECT 1")?);
        assert!(matches!(database.run(once).await, Err(RepositoryError::Unavailable(_))));
        database.run(once).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_frozen_server_blocks_no_caller_forever() {
    each_server("is frozen", async |server| {
        server.start();
        let database = open(server, 2, Duration::from_millis(500));
        database.ping().await.unwrap();

        server.freeze();
        let limit = Deadline::after(Duration::from_millis(1500));
        let calls: Vec<_> = (0..6)
            .map(|_| {
                let database = database.clone();
                tokio::spawn(async move { database.ping().await })
            })
            .collect();
        for call in calls {
            assert!(matches!(call.await.unwrap(), Err(RepositoryError::Unavailable(_))));
        }
        assert!(!limit.has_passed(), "a call waited longer than the pool's time-out");

        let at_once = Deadline::after(Duration::from_millis(200));
        for _ in 0..100 {
            assert!(database.ping().await.is_err());
        }
        assert!(!at_once.has_passed(), "calls waited while every connection waits");

        server.thaw();
        assert!(eventually(Duration::from_secs(3), async || database.ping().await.is_ok()).await);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_was_frozen_before_the_first_connection_is_given_up_and_found_again() {
    each_server("is frozen from the start", async |server| {
        server.start();
        server.freeze();
        let database = open(server, 2, Duration::from_millis(500));
        let limit = Deadline::after(Duration::from_secs(2));
        assert!(matches!(database.ping().await, Err(RepositoryError::Unavailable(_))));
        assert!(!limit.has_passed());
        // The attempt to connect is given up as well, so that a server at the same endpoint is found as soon as it is back.
        let outage = eventually(Duration::from_secs(5), async || {
            let error = database.ping().await.unwrap_err();
            !format!("{error:?}").contains("TimedOut")
        });
        assert!(outage.await, "connecting has no limit");
        server.thaw();
        assert!(eventually(Duration::from_secs(5), async || database.ping().await.is_ok()).await);
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_and_counts_as_an_outage() {
    each_server("takes too long", async |server| {
        server.start();
        let database = open(server, 1, Duration::from_secs(9));
        let endless = server.sleep("60");
        let endless = move |connection: &mut AnyConnection| Ok(connection.batch_execute(&endless)?);
        let outcome = database.run(endless).await;
        assert!(matches!(outcome, Err(RepositoryError::Unavailable(_))), "{outcome:?}");
        database.ping().await.unwrap();
    })
    .await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_row_is_found_by_its_id_through_the_index() {
    use diesel::{deserialize::QueryableByName, prelude::*, sql_query, sql_types::Text};

    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        text: String,
    }

    let server = crate::support::private_postgres::PrivatePostgres::new("the index of PostgreSQL");
    let Some(server) = server else {
        return;
    };
    let mut server = PrivateServer::Postgres(server);
    server.start();
    let database = open(&server, 1, Duration::from_secs(5));
    database.migrate().await.unwrap();
    let explain = |connection: &mut AnyConnection| {
        connection.batch_execute("PREPARE find(text) AS SELECT nickname FROM fans_profiles WHERE id = $1")?;
        connection.batch_execute("SET enable_seqscan = off")?;
        Ok(sql_query("EXPLAIN EXECUTE find('id')").load::<Line>(connection)?)
    };
    let plan: String = database
        .run(explain)
        .await
        .unwrap()
        .into_iter()
        .map(|line| line.text)
        .collect();
    assert!(plan.contains("Index Cond"), "{plan}");
}

/// The parameters are utf8mb4 and the columns ascii: the columns must not be converted for the comparison.
#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql_finds_a_row_by_its_id_and_by_its_openid_through_the_indexes() {
    use diesel::{
        deserialize::QueryableByName,
        prelude::*,
        sql_query,
        sql_types::{Nullable, Text},
    };

    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Nullable<Text>)]
        key: Option<String>,
    }

    let Some(server) = crate::support::private_mysql::PrivateMysql::new("the indexes of MySQL") else {
        return;
    };
    let mut server = PrivateServer::Mysql(server);
    server.start();
    let database = open(&server, 1, Duration::from_secs(5));
    database.migrate().await.unwrap();
    let explain = |connection: &mut AnyConnection| {
        connection.batch_execute("INSERT INTO fans_profiles (id, app_id, openid, unionid, nickname, avatar_url, consented_at, consent_version, profile_refreshed_at, last_login_at, created_at, updated_at) SELECT CONCAT('id', seq), 'wx', CONCAT('openid', seq), NULL, '', '', NOW(), '', NOW(), NOW(), NOW(), NOW() FROM seq_1_to_1000")?;
        let by_id = sql_query("EXPLAIN SELECT nickname FROM fans_profiles WHERE id = ?").bind::<Text, _>("id1");
        let by_openid = sql_query("EXPLAIN SELECT nickname FROM fans_profiles WHERE app_id = ? AND openid = ?");
        let by_openid = by_openid.bind::<Text, _>("wx").bind::<Text, _>("openid1");
        let AnyConnection::Mysql(connection) = connection else {
            return Ok(Vec::new());
        };
        let mut keys = by_id.load::<Line>(connection)?;
        keys.extend(by_openid.load::<Line>(connection)?);
        Ok(keys)
    };
    let keys: Vec<_> = database
        .run(explain)
        .await
        .unwrap()
        .into_iter()
        .map(|line| line.key)
        .collect();
    assert_eq!(
        keys,
        [Some("PRIMARY".to_owned()), Some("fans_profiles_openid".to_owned())]
    );
}

//! A PostgreSQL that stops, starts and freezes under a running application.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::Deadline,
    repositories::{Database, RepositoryError},
    settings::DatabaseUrl,
};

use crate::support::{database_settings, eventually, private_postgres::PrivatePostgres};

fn open(server: &PrivatePostgres, pool_size: u32, pool_timeout: Duration) -> Database {
    let mut settings = database_settings(pool_size);
    settings.pool_timeout = pool_timeout;
    Database::open(&settings, &DatabaseUrl::new(server.url())).unwrap()
}

#[tokio::test]
async fn while_the_server_is_down_calls_fail_at_once_and_work_again_when_it_is_back() {
    let Some(server) = PrivatePostgres::new("a PostgreSQL that is down") else {
        return;
    };
    let database = open(&server, 4, Duration::from_secs(5));

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
}

#[tokio::test]
async fn a_restart_of_the_server_costs_a_repeatable_operation_nothing() {
    let Some(server) = PrivatePostgres::new("a PostgreSQL that restarts") else {
        return;
    };
    server.start();
    let database = open(&server, 4, Duration::from_secs(5));
    let slow =
        |connection: &mut fanpass::repositories::AnyConnection| Ok(connection.batch_execute("SELECT pg_sleep(0.2)")?);
    let (first, second, third) = tokio::join!(database.run(slow), database.run(slow), database.run(slow));
    first.and(second).and(third).unwrap();

    server.stop();
    server.start();
    for _ in 0..4 {
        database.ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_lost_connection_is_an_outage_for_an_operation_that_may_run_only_once() {
    let Some(server) = PrivatePostgres::new("a PostgreSQL that restarts") else {
        return;
    };
    server.start();
    let database = open(&server, 1, Duration::from_secs(5));
    database.ping().await.unwrap();

    server.stop();
    server.start();
    let once = |connection: &mut fanpass::repositories::AnyConnection| Ok(connection.batch_execute("SELECT 1")?);
    assert!(matches!(database.run(once).await, Err(RepositoryError::Unavailable(_))));
    database.run(once).await.unwrap();
}

#[tokio::test]
async fn a_frozen_server_holds_no_caller_for_ever() {
    let Some(server) = PrivatePostgres::new("a PostgreSQL that is frozen") else {
        return;
    };
    server.start();
    let database = open(&server, 2, Duration::from_millis(500));
    database.ping().await.unwrap();

    server.freeze();
    let limit = Deadline::after(Duration::from_secs(9));
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move { database.ping().await })
        })
        .collect();
    for call in calls {
        assert!(matches!(call.await.unwrap(), Err(RepositoryError::Unavailable(_))));
    }
    assert!(!limit.has_passed());

    server.thaw();
    assert!(eventually(Duration::from_secs(3), async || database.ping().await.is_ok()).await);
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_and_counts_as_an_outage() {
    let Some(server) = PrivatePostgres::new("a statement that takes too long") else {
        return;
    };
    server.start();
    let database = open(&server, 1, Duration::from_secs(1));
    let endless =
        |connection: &mut fanpass::repositories::AnyConnection| Ok(connection.batch_execute("SELECT pg_sleep(60)")?);
    assert!(matches!(
        database.run(endless).await,
        Err(RepositoryError::Unavailable(_))
    ));
    database.ping().await.unwrap();
}

#[tokio::test]
async fn a_row_is_found_by_its_id_through_the_index() {
    use diesel::{deserialize::QueryableByName, prelude::*, sql_query, sql_types::Text};

    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        text: String,
    }

    let Some(server) = PrivatePostgres::new("the index of PostgreSQL") else {
        return;
    };
    server.start();
    let database = open(&server, 1, Duration::from_secs(5));
    database.migrate().await.unwrap();
    let explain = |connection: &mut fanpass::repositories::AnyConnection| {
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

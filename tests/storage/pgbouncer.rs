//! PostgreSQL behind PgBouncer.

use std::{
    sync::{Arc, Barrier},
    time::Duration,
};

use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};
use fanpass::{
    domain::{Clock, FanId, OpenId, Profile, Random},
    repositories::{AnyConnection, Database, DatabaseError, FansRepository, NewFan},
    settings::DatabaseUrl,
};

use crate::support::{Register, app_id, database_settings, pgbouncer::PgBouncer, private_postgres::PrivatePostgres};

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

fn server(mode: &str) -> Option<(PrivatePostgres, PgBouncer)> {
    let mut server = PrivatePostgres::new("PostgreSQL behind PgBouncer")?;
    server.start();
    let bouncer = PgBouncer::start(&server, mode)?;
    Some((server, bouncer))
}

fn open(url: String, prepared_statements: bool) -> Database {
    let mut settings = database_settings(8);
    settings.prepared_statements = prepared_statements;
    Database::open(&settings, &DatabaseUrl::new(url)).unwrap()
}

/// One fan: registered, found, and found again as at a sign-in.
async fn register(database: &Database, number: u32) -> Result<(), String> {
    let clock = Clock::system();
    let openid = OpenId::parse(&format!("oMade-Up_Fan{number}")).unwrap();
    let new = NewFan {
        id: FanId::generate(&clock, &Random::system()),
        profile: Profile {
            openid: openid.clone(),
            unionid: None,
            nickname: "小明".to_owned(),
            avatar_url: String::new(),
        },
        consent_version: "2026-11".to_owned(),
        now: clock.now(),
    };
    let fans = FansRepository::new(database.clone(), app_id());
    let text = |error| format!("{error:?}");
    fans.register(new).await.map_err(text)?;
    fans.find_by_openid(&openid).await.map_err(text)?.ok_or("lost")?;
    fans.find_for_sign_in(&openid).await.map_err(text)?.ok_or("lost")?;
    Ok(())
}

/// How many of `count` fans at once failed, and why the first did.
async fn failures(databases: &[&Database], count: u32) -> Vec<String> {
    let calls = (0..count).zip(databases.iter().cycle()).map(|(number, database)| {
        let database = Database::clone(database);
        tokio::spawn(async move { register(&database, number).await })
    });
    let mut failed = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        failed.extend(call.await.unwrap().err());
    }
    failed
}

#[tokio::test]
async fn behind_pgbouncer_in_transaction_mode_nothing_fails_without_prepared_statements() {
    let Some((server, bouncer)) = server("transaction") else {
        return;
    };
    // Two replicas.
    let url = server.url_by(bouncer.port());
    let (one, other) = (open(url.clone(), false), open(url, false));
    one.verify().await.unwrap();
    one.migrate().await.unwrap();
    let failed = failures(&[&one, &other], 80).await;
    assert!(failed.is_empty(), "{} of 80: {failed:#?}", failed.len());
    one.probe().await.unwrap();
}

#[tokio::test]
async fn other_clients_of_the_same_sessions_find_none_of_our_settings() {
    let Some((server, bouncer)) = server("transaction") else {
        return;
    };
    let database = open(server.url_by(bouncer.port()), false);
    database.migrate().await.unwrap();
    failures(&[&database], 20).await;
    let asked = |connection: &mut AnyConnection| {
        let query = "SELECT current_setting('statement_timeout') AS value";
        Ok(sql_query(query).get_result::<Setting>(connection)?.value)
    };
    for _ in 0..8 {
        assert_eq!(database.run(asked).await.unwrap(), "0");
    }
}

#[tokio::test]
async fn behind_pgbouncer_in_transaction_mode_the_start_names_it_and_the_setting() {
    let Some((server, bouncer)) = server("transaction") else {
        return;
    };
    let url = server.url_by(bouncer.port());
    let database = open(url.clone(), true);
    let refused = async || {
        let Err(DatabaseError::Unfit(fault)) = database.verify().await else {
            panic!("nothing was found");
        };
        assert!(
            fault.contains("PgBouncer") && fault.contains("database.prepared_statements = false"),
            "{fault}"
        );
    };
    refused().await;

    // While others keep its sessions busy.
    let busy = open(url, false);
    busy.migrate().await.unwrap();
    let traffic = tokio::spawn(async move {
        loop {
            failures(&[&busy], 16).await;
        }
    });
    for _ in 0..5 {
        refused().await;
    }
    traffic.abort();

    // And where the database came up later than the process.
    let failed = failures(&[&database], 80).await;
    assert!(!failed.is_empty());
    let (lost, others): (Vec<_>, Vec<_>) = failed.iter().partition(|failure| failure.contains("__diesel_stmt_"));
    assert!(!lost.is_empty(), "{others:#?}");
    for failure in lost {
        assert!(failure.starts_with("Unavailable(LostStatement"), "{failure}");
    }
}

#[tokio::test]
async fn the_examination_at_the_start_leaves_nothing_in_shared_sessions() {
    let Some((server, bouncer)) = server("transaction") else {
        return;
    };
    let url = server.url_by(bouncer.port());
    // A pool of one makes no connection of its own before it is asked for one.
    for _ in 0..3 {
        let database = Database::open(&database_settings(1), &DatabaseUrl::new(url.clone())).unwrap();
        database.verify().await.unwrap_err();
    }
    let asked = |connection: &mut AnyConnection| {
        // In one transaction each, which has a session of its own.
        connection.batch_execute("BEGIN")?;
        let query = "SELECT concat(current_setting('statement_timeout'), ' ', count(*)) AS value \
                     FROM pg_prepared_statements";
        Ok(sql_query(query).get_result::<Setting>(connection)?.value)
    };
    let bystander = open(url, false);
    let (asking, barrier) = (0..3, Arc::new(Barrier::new(3)));
    let calls = asking.map(|_| {
        let (bystander, barrier) = (bystander.clone(), Arc::clone(&barrier));
        tokio::spawn(async move {
            let hold = move |connection: &mut AnyConnection| {
                let found = asked(connection);
                barrier.wait();
                found
            };
            bystander.run_apart(hold).await.unwrap()
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), "0 0");
    }
}

#[tokio::test]
async fn an_examination_that_takes_longer_than_a_request_may_still_ends() {
    let Some((server, bouncer)) = server("transaction") else {
        return;
    };
    let slow = "CREATE FUNCTION public.pg_backend_pid() RETURNS integer LANGUAGE sql \
                AS 'SELECT pg_catalog.pg_backend_pid() FROM pg_sleep(0.1)'; \
                ALTER ROLE fanpass SET search_path = public, pg_catalog";
    let prepare = move |connection: &mut AnyConnection| Ok(connection.batch_execute(slow)?);
    open(server.url(), true).run_apart(prepare).await.unwrap();
    let mut settings = database_settings(1);
    settings.pool_timeout = Duration::from_secs(1);
    let database = Database::open(&settings, &DatabaseUrl::new(server.url_by(bouncer.port()))).unwrap();
    let outcome = database.verify().await;
    assert!(matches!(outcome, Err(DatabaseError::Unfit(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_session_of_ones_own_keeps_its_prepared_statements() {
    let Some((server, bouncer)) = server("session") else {
        return;
    };
    open(server.url(), true).verify().await.unwrap();
    open(server.url_by(bouncer.port()), true).verify().await.unwrap();
}

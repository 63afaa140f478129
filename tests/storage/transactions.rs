//! `Database::transaction`: what is committed, what is undone, and what is repeated.

use std::sync::{
    Arc, Barrier,
    atomic::{AtomicU32, Ordering},
};

#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::{QueryableByName, connection::SimpleConnection, prelude::*, sql_query, sql_types::BigInt};
#[cfg(any(feature = "postgres", feature = "mysql"))]
use fanpass::repositories::AnyConnection;
use fanpass::{
    domain::{AppId, SessionGeneration, Timestamp},
    repositories::{Database, RepositoryError, SessionRevocationsRepository, SignOut, Transaction},
};

use crate::{
    session_revocations::current_generation,
    support::{
        app_id,
        databases::{TestDatabase, each_database},
    },
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_435_199);

/// An account whose row the tests change.
#[derive(Clone)]
struct Account(SessionRevocationsRepository);

impl Account {
    fn one(database: &Database) -> Self {
        Self(SessionRevocationsRepository::new(database.clone(), app_id()))
    }

    fn other(database: &Database) -> Self {
        Self(SessionRevocationsRepository::new(database.clone(), other_app_id()))
    }

    fn change(&self, tx: &mut Transaction<'_>) -> Result<(), RepositoryError> {
        self.0.sign_out(tx, SignOut::All, NOW, NOW.plus_seconds(60))?;
        Ok(())
    }
}

fn other_app_id() -> AppId {
    AppId::parse("wx0000000000000002").unwrap()
}

async fn open(database: &TestDatabase) -> Database {
    let opened = database.open(4);
    opened.migrate().await.unwrap();
    opened
}

/// How often the accounts were changed.
async fn changes(database: &Database) -> (i64, i64) {
    let count = |generation: SessionGeneration| match generation.number() {
        0 => 0,
        number => number - NOW.unix_seconds() + 1,
    };
    (
        count(current_generation(database, &app_id()).await),
        count(current_generation(database, &other_app_id()).await),
    )
}

#[derive(Debug, thiserror::Error)]
#[error("made up")]
struct MadeUp;

#[tokio::test]
async fn a_transaction_takes_effect_as_a_whole_or_not_at_all() {
    each_database(async |database| {
        let database = open(database).await;
        let (one, other) = (Account::one(&database), Account::other(&database));
        let both = {
            let (one, other) = (one.clone(), other.clone());
            move |tx: &mut Transaction<'_>| one.change(tx).and_then(|()| other.change(tx))
        };
        database.transaction(both).await.unwrap();
        assert_eq!(changes(&database).await, (1, 1));

        let half = move |tx: &mut Transaction<'_>| {
            one.change(tx)?;
            Err::<(), _>(RepositoryError::Conflict(MadeUp.into()))
        };
        let outcome = database.transaction(half).await;
        assert!(matches!(outcome, Err(RepositoryError::Conflict(_))), "{outcome:?}");
        assert_eq!(changes(&database).await, (1, 1));
    })
    .await;
}

/// Two transactions, each of which has changed its first account before either changes its second one. Returns how often
/// they ran.
async fn run_crosswise(database: &Database, first: [Account; 2], second: [Option<Account>; 2]) -> u32 {
    let (runs, barrier) = (Arc::new(AtomicU32::new(0)), Arc::new(Barrier::new(2)));
    let work = |first: Account, second: Option<Account>| {
        let (runs, barrier, is_first) = (Arc::clone(&runs), Arc::clone(&barrier), AtomicU32::new(0));
        move |tx: &mut Transaction<'_>| {
            runs.fetch_add(1, Ordering::SeqCst);
            first.change(tx)?;
            if is_first.fetch_add(1, Ordering::SeqCst) == 0 {
                barrier.wait();
            }
            second.as_ref().map_or(Ok(()), |second| second.change(tx))
        }
    };
    let ([first, also_first], [second, also_second]) = (first, second);
    let (one, other) = tokio::join!(
        database.transaction(work(first, second)),
        database.transaction(work(also_first, also_second))
    );
    one.and(other).unwrap();
    runs.load(Ordering::SeqCst)
}

#[tokio::test]
async fn a_transaction_that_ended_in_a_deadlock_is_repeated() {
    each_database(async |database| {
        // On SQLite one transaction runs at a time.
        if database.name == "SQLite" {
            return;
        }
        let database = open(database).await;
        let (one, other) = (Account::one(&database), Account::other(&database));
        let runs = run_crosswise(
            &database,
            [one.clone(), other.clone()],
            [Some(other.clone()), Some(one.clone())],
        );
        assert!(runs.await > 2);
        assert_eq!(changes(&database).await, (2, 2));
    })
    .await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_transaction_reads_what_is_committed_whatever_the_server_s_default_is() {
    let Some(server) = crate::support::databases::postgres() else {
        return;
    };
    let strict = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation TO serializable', \
                  current_database()); END $$";
    let set = move |connection: &mut AnyConnection| Ok(connection.batch_execute(strict)?);
    open(&server).await.run(set).await.unwrap();

    let database = server.open(4);
    let (one, other) = (Account::one(&database), Account::other(&database));
    let runs = run_crosswise(&database, [one.clone(), other], [None, Some(one)]);
    // Where it is serialized, the second change of one account fails, and is repeated.
    assert_eq!(runs.await, 2);
    assert_eq!(changes(&database).await, (2, 1));
}

/// Closes every connection but its own, as a restart of the server does.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn close_others(connection: &mut AnyConnection) -> Result<(), RepositoryError> {
    #[derive(QueryableByName)]
    struct Other {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }

    const MYSQL: &str = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
    const POSTGRES: &str = "SELECT CAST(pid AS BIGINT) AS id FROM pg_stat_activity \
                            WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let (list, close): (_, fn(i64) -> String) = match connection {
        #[cfg(feature = "mysql")]
        AnyConnection::Mysql(_) => (MYSQL, |id| format!("KILL {id}")),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(_) => (POSTGRES, |id| format!("SELECT pg_terminate_backend({id})")),
        #[cfg(feature = "sqlite")]
        AnyConnection::Sqlite(_) => return Ok(()),
    };
    for Other { id } in sql_query(list).load(connection)? {
        connection.batch_execute(&close(id)).ok();
    }
    Ok(())
}

/// Runs a change of both accounts, and closes the connection in the first run at `step`: 0 is before the first change.
#[cfg(any(feature = "postgres", feature = "mysql"))]
async fn run_losing_the_connection(database: &Database, step: u32) -> (u32, Result<(), RepositoryError>) {
    let runs = Arc::new(AtomicU32::new(0));
    let (accounts, counted, own) = (
        [Account::one(database), Account::other(database)],
        Arc::clone(&runs),
        database.clone(),
    );
    let runtime = tokio::runtime::Handle::current();
    let work = move |tx: &mut Transaction<'_>| {
        let is_first = counted.fetch_add(1, Ordering::SeqCst) == 0;
        let lose = |at: u32| {
            if is_first && at == step {
                runtime.block_on(own.run_apart(close_others)).unwrap();
            }
        };
        lose(0);
        accounts[0].change(tx)?;
        lose(1);
        accounts[1].change(tx)?;
        lose(2);
        Ok(())
    };
    let outcome = database.transaction(work).await;
    (runs.load(Ordering::SeqCst), outcome)
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
#[tokio::test]
async fn a_connection_lost_before_the_commit_costs_nothing_and_one_lost_at_the_commit_is_not_repeated() {
    each_database(async |database| {
        if database.name == "SQLite" {
            return;
        }
        // With one connection the pool makes none in the background, which would be lost while it is being made.
        let database = database.open(1);
        database.migrate().await.unwrap();
        for step in [0, 1] {
            let (runs, outcome) = run_losing_the_connection(&database, step).await;
            outcome.unwrap();
            assert_eq!(runs, 2, "step {step}");
        }
        assert_eq!(changes(&database).await, (2, 2));

        let (runs, outcome) = run_losing_the_connection(&database, 2).await;
        assert!(matches!(outcome, Err(RepositoryError::Unavailable(_))), "{outcome:?}");
        assert_eq!(runs, 1);
        assert_eq!(changes(&database).await, (2, 2), "the lost connection was rolled back");
    })
    .await;
}

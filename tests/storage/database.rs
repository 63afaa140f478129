use std::{
    env,
    process::Command,
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use diesel::connection::SimpleConnection;
use fanpass::{
    domain::Deadline,
    repositories::{Database, DatabaseError, RepositoryError},
    settings::DatabaseUrl,
};

use crate::support::{database_settings, databases::each_database, eventually};

const MIGRATIONS: [&str; 10] = [
    "2026-11-23-000001_create_fans_profiles",
    "2026-11-23-000002_create_session_endings",
    "2026-11-27-000003_create_jobs",
    "2026-11-27-000004_create_erasure_receipts",
    "2026-11-27-000005_create_audit_log",
    "2026-11-27-000006_create_daily_counts",
    "2026-11-27-000007_add_follow_state",
    "2026-11-28-000008_add_unsubscribed_at",
    "2026-11-28-000009_create_push_receipts",
    "2026-11-28-000010_create_photos",
];
const CHILD_URL: &str = "FANPASS_TEST_CHILD_URL";

fn refusal(url: &str) -> DatabaseError {
    Database::open(&database_settings(1), &DatabaseUrl::new(url.to_owned())).unwrap_err()
}

#[tokio::test]
async fn an_unknown_scheme_is_refused_with_a_list_of_the_known_ones() {
    let error = refusal("postgre://fan:made-up@127.0.0.1/fans").to_string();
    assert!(
        error.contains("sqlite://")
            && error.contains("postgres://")
            && error.contains("mysql://")
            && error.contains("\"postgre\"")
    );
    assert!(!error.contains("made-up"));
    assert!(matches!(refusal(""), DatabaseError::UnknownScheme { .. }));
}

#[cfg(not(feature = "postgres"))]
#[tokio::test]
async fn a_build_without_postgresql_says_so() {
    let error = refusal("postgres://fan@127.0.0.1/fans").to_string();
    assert_eq!(error, "this build has no PostgreSQL: build with --features postgres");
}

#[cfg(not(feature = "mysql"))]
#[tokio::test]
async fn a_build_without_mysql_says_so() {
    let error = refusal("mysql://fan@127.0.0.1/fans").to_string();
    assert_eq!(error, "this build has no MySQL: build with --features mysql");
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_database_in_memory_is_refused() {
    assert!(refusal("sqlite::memory:").to_string().contains("must name a file"));
}

#[tokio::test]
async fn migrations_run_once() {
    each_database(async |test| {
        let database = test.open(2);
        assert_eq!(database.backend_name(), test.name);
        assert_eq!(database.pending_migrations().await.unwrap(), MIGRATIONS);
        assert_eq!(database.migrate().await.unwrap(), MIGRATIONS);
        assert!(database.pending_migrations().await.unwrap().is_empty());
        assert!(database.migrate().await.unwrap().is_empty());
        database.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_backend_reports_its_version() {
    each_database(async |test| {
        let text = test.open(1).describe().await.unwrap();
        let version = text
            .strip_prefix(&format!("{} ", test.name))
            .unwrap_or_else(|| panic!("{text}"));
        assert!(version.starts_with(|digit: char| digit.is_ascii_digit()), "{text}");
    })
    .await;
}

#[tokio::test]
async fn threads_that_migrate_at_once_run_each_migration_once() {
    for has_run_before in [false, true, false, true] {
        each_database(async |test| {
            if has_run_before {
                let database = test.open(1);
                database.migrate().await.unwrap();
                let undo = "DROP TABLE fans_profiles; DROP TABLE session_endings; DROP TABLE sign_out_epochs; \
                            DROP TABLE jobs; DROP TABLE erasure_receipts; DROP TABLE account_secrets; DROP TABLE used_once; DROP TABLE push_receipts; DROP TABLE photos; DROP TABLE audit_log; DROP TABLE audit_chain; DROP TABLE daily_counts; \
                            DROP TABLE daily_count_writers; DROP TABLE daily_count_closings; \
                            DELETE FROM __diesel_schema_migrations";
                database
                    .run(move |connection| Ok(connection.batch_execute(undo)?))
                    .await
                    .unwrap();
            }
            let start = Arc::new(Barrier::new(8));
            let migrate = |url: DatabaseUrl, start: Arc<Barrier>| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                start.wait();
                let database = Database::open(&database_settings(1), &url).unwrap();
                runtime.block_on(database.migrate()).unwrap()
            };
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    let (url, start) = (DatabaseUrl::new(test.url.clone()), Arc::clone(&start));
                    thread::spawn(move || migrate(url, start))
                })
                .collect();
            let run: Vec<String> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
            assert_eq!(run, MIGRATIONS);
        })
        .await;
    }
}

#[tokio::test]
async fn processes_that_migrate_at_once_run_each_migration_once() {
    each_database(async |test| {
        let start = |_| {
            let mut child = Command::new(env::current_exe().unwrap());
            child.args(["--ignored", "--exact", "database::one_of_the_processes", "--nocapture"]);
            child
                .env(CHILD_URL, &test.url)
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        };
        let children: Vec<_> = (0..6).map(start).collect();
        let mut runs = 0;
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success());
            runs += String::from_utf8(output.stdout).unwrap().matches("RAN ").count();
        }
        assert_eq!(runs, MIGRATIONS.len());
    })
    .await;
}

#[tokio::test]
#[ignore = "is started by processes_that_migrate_at_once_run_each_migration_once"]
async fn one_of_the_processes() {
    let url = DatabaseUrl::new(env::var(CHILD_URL).unwrap());
    let database = Database::open(&database_settings(1), &url).unwrap();
    for name in database.migrate().await.unwrap() {
        println!("RAN {name}");
    }
}

#[tokio::test]
async fn callers_beyond_the_queue_are_refused_at_once() {
    each_database(async |test| {
        let database = test.open(1);
        let (finish, finished) = mpsc::channel::<()>();
        let hold = move |_: &mut _| {
            finished.recv().ok();
            Ok(())
        };
        let mut calls: Vec<_> = vec![tokio::spawn({
            let database = database.clone();
            async move { database.run(hold).await.is_ok() }
        })];
        for _ in 0..32 {
            let database = database.clone();
            calls.push(tokio::spawn(async move { database.ping().await.is_ok() }));
        }
        let is_full = async || (database.pool_use().in_use, database.pool_use().waiting) == (1, 32);
        assert!(
            eventually(Duration::from_secs(2), is_full).await,
            "{:?}",
            database.pool_use()
        );

        let limit = Deadline::after(Duration::from_secs(1));
        assert!(matches!(database.ping().await, Err(RepositoryError::Unavailable(_))));
        assert!(!limit.has_passed());
        finish.send(()).unwrap();
        for call in calls {
            assert!(call.await.unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn waits_for_a_connection_and_for_a_response_end_with_the_pool_timeout() {
    each_database(async |test| {
        let mut settings = database_settings(1);
        settings.pool_timeout = Duration::from_millis(200);
        let database = Database::open(&settings, &DatabaseUrl::new(test.url.clone())).unwrap();
        let (finish, finished) = mpsc::channel::<()>();
        let holder = tokio::spawn({
            let database = database.clone();
            async move {
                let hold = move |_: &mut _| {
                    finished.recv().ok();
                    Ok(())
                };
                database.run(hold).await
            }
        });
        let is_held = async || database.pool_use().in_use == 1;
        assert!(
            eventually(Duration::from_secs(2), is_held).await,
            "{:?}",
            database.pool_use()
        );

        let limit = Deadline::after(Duration::from_secs(1));
        assert!(matches!(database.ping().await, Err(RepositoryError::Unavailable(_))));
        assert!(!limit.has_passed());
        assert!(matches!(holder.await.unwrap(), Err(RepositoryError::Unavailable(_))));
        finish.send(()).unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_operation_that_panics_affects_no_other() {
    each_database(async |test| {
        let database = test.open(1);
        let outcome = database
            .run(|_| -> Result<(), RepositoryError> { panic!("made up") })
            .await;
        assert!(matches!(outcome, Err(RepositoryError::Other(_))));
        database.ping().await.unwrap();
    })
    .await;
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_locked_sqlite_file_is_an_outage() {
    let test = crate::support::databases::sqlite().unwrap();
    let (first, second) = (test.open(1), test.open(1));
    first.migrate().await.unwrap();
    let lock = |connection: &mut fanpass::repositories::AnyConnection| Ok(connection.batch_execute("BEGIN IMMEDIATE")?);
    let impatient = |connection: &mut fanpass::repositories::AnyConnection| {
        connection.batch_execute("PRAGMA busy_timeout = 50")?;
        Ok(connection.batch_execute("DELETE FROM fans_profiles")?)
    };
    first.run(lock).await.unwrap();
    let outcome = second.run(impatient).await;
    assert!(matches!(outcome, Err(RepositoryError::Unavailable(_))), "{outcome:?}");
}

//! What `fanpass check` says of a database, and that it changes nothing.

use std::{path::Path, process::Command};

use fanpass::{
    domain::Clock,
    repositories::{Database, Preflight},
    settings::DatabaseUrl,
};

use crate::support::{database_settings, databases::each_database};

const MIGRATIONS: [&str; 2] = [
    "2026-11-23-000001_create_fans_profiles",
    "2026-11-23-000002_create_session_endings",
];

/// The exit code and what was said.
type Said = (Option<i32>, String);

fn check_in(folder: &Path, url: &str, migrates: bool, program: Command) -> Said {
    let mut program = program;
    program
        .arg("check")
        .current_dir(folder)
        .env_clear()
        .env("DATABASE_URL", url)
        .env("FANPASS__DATABASE__MIGRATE_ON_START", migrates.to_string());
    let output = program.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn check(url: &str, migrates: bool) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_fanpass"));
    check_in(folder.path(), url, migrates, program)
}

fn names_all_migrations(text: &str) -> bool {
    MIGRATIONS.iter().all(|name| text.contains(name))
}

async fn migrated(url: &str) -> Database {
    let database = Database::open(&database_settings(1), &DatabaseUrl::new(url.to_owned())).unwrap();
    database.migrate().await.unwrap();
    database
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
async fn execute(database: &Database, statement: &str) {
    use diesel::connection::SimpleConnection;
    let statement = statement.to_owned();
    let run = database.run(move |connection| Ok(connection.batch_execute(&statement)?));
    run.await.unwrap();
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use std::{env, fs, os::unix::fs::PermissionsExt};

    use tempfile::TempDir;

    use super::*;

    /// As one for whom the permissions of files hold, which for root they do not.
    fn bound_by_permissions() -> Command {
        let program = env!("CARGO_BIN_EXE_fanpass");
        if !crate::support::processes::is_root() {
            return Command::new(program);
        }
        let path = env::var_os("PATH").unwrap();
        let setpriv = env::split_paths(&path)
            .map(|folder| folder.join("setpriv"))
            .find(|file| file.is_file());
        let mut command = Command::new(setpriv.unwrap());
        command.args(["--bounding-set=-dac_override,-dac_read_search", program]);
        command
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn folder() -> (TempDir, String) {
        let folder = tempfile::Builder::new().prefix("with 100% ").tempdir().unwrap();
        let url = format!("sqlite://{}/fans.db", folder.path().display());
        (folder, url)
    }

    #[tokio::test]
    async fn check_in_an_empty_folder_makes_nothing_and_names_the_migrations() {
        for migrates in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let program = Command::new(env!("CARGO_BIN_EXE_fanpass"));
            let (code, text) = check_in(folder.path(), "sqlite://data/fans.db", migrates, program);
            assert_eq!(code, Some(i32::from(!migrates)), "{text}");
            assert!(names_all_migrations(&text), "{text}");
            let expected = if migrates {
                "will be made at the start"
            } else {
                "run `fanpass migrate`"
            };
            assert!(text.contains(expected), "{text}");
            assert_eq!(names(folder.path()), [""; 0]);
        }
    }

    #[tokio::test]
    async fn check_makes_no_file_beside_a_database_whether_it_is_open_or_not() {
        let (folder, url) = folder();
        let database = migrated(&url).await;
        database.ping().await.unwrap();
        let before = names(folder.path());
        assert_eq!(before.len(), 3, "{before:?}");
        let (code, text) = check(&url, false);
        assert!(code == Some(0) && text.contains("no migration is pending"), "{text}");
        assert_eq!(names(folder.path()), before);

        drop(database);
        wait_until_closed(&folder);
        assert_eq!(names(folder.path()), ["fans.db"]);
        let (code, text) = check(&url, false);
        assert!(code == Some(0) && text.contains("no migration is pending"), "{text}");
        assert_eq!(names(folder.path()), ["fans.db"]);
    }

    /// The last connection to go takes SQLite's files beside the database with it; the pool's goes at its own time.
    fn wait_until_closed(folder: &TempDir) {
        use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
        for _ in 0..500 {
            let path = folder.path().join("fans.db");
            let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
            connection.batch_execute("SELECT 1 FROM fans_profiles").unwrap();
            drop(connection);
            if names(folder.path()).len() == 1 {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    #[tokio::test]
    async fn check_names_a_file_or_folder_that_serve_could_not_write() {
        let (folder, url) = folder();
        drop(migrated(&url).await);
        wait_until_closed(&folder);
        let file = folder.path().join("fans.db");
        let check = || check_in(folder.path(), &url, false, bound_by_permissions());
        let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();

        allow(&file, 0o440);
        let (code, text) = check();
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains("fans.db\" cannot be read and written: Permission denied"),
            "{text}"
        );

        allow(&file, 0o640);
        allow(folder.path(), 0o550);
        let (code, text) = check();
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains("cannot be written, where SQLite keeps its files"),
            "{text}"
        );

        let url = format!("sqlite://{}/new/deep/fans.db", folder.path().display());
        let (code, text) = check_in(folder.path(), &url, true, bound_by_permissions());
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains("cannot be written, where the database would be made"),
            "{text}"
        );
        allow(folder.path(), 0o750);

        let (code, text) = check();
        assert!(code == Some(0) && !text.contains("chmod"), "{text}");
        allow(&file, 0o644);
        let (code, text) = check();
        assert_eq!(code, Some(0), "{text}");
        assert!(
            text.contains("note   database: every user of this machine may read"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_new_file_is_not_for_everybody() {
        let (folder, url) = folder();
        let _database = migrated(&url).await;
        for name in names(folder.path()) {
            let mode = fs::metadata(folder.path().join(&name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o007, 0, "{name}: {mode:o}");
        }
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;
    use crate::support::private_postgres::PrivatePostgres;

    #[tokio::test]
    async fn a_role_that_may_not_create_serves_what_the_owner_has_migrated() {
        let Some(mut server) = PrivatePostgres::new("a plain role") else {
            return;
        };
        server.start();
        let owner = server.url();
        let plain = owner.replace("fanpass:", "plain:");
        let open = || Database::open(&database_settings(1), &DatabaseUrl::new(owner.clone())).unwrap();
        execute(
            &open(),
            "CREATE ROLE plain LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        )
        .await;

        let (code, text) = check(&owner, false);
        assert!(code == Some(1) && names_all_migrations(&text), "{text}");
        let (code, text) = check(&plain, true);
        assert!(code == Some(1) && text.contains("may not make tables"), "{text}");
        let tables = "DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public'); END $$";
        execute(&open(), tables).await;

        let owned = migrated(&owner).await;
        let (code, text) = check(&plain, false);
        let lacking = "lacks SELECT, INSERT, UPDATE, DELETE on fans_profiles; SELECT,";
        assert!(code == Some(1) && text.contains(lacking), "{text}");
        let note = "note   database: which migrations have run cannot be read";
        assert!(text.contains(note), "{text}");

        execute(
            &owned,
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO plain",
        )
        .await;
        for migrates in [false, true] {
            let (code, text) = check(&plain, migrates);
            assert!(code == Some(0) && text.contains("no migration is pending"), "{text}");
        }
        assert_eq!(migrated(&plain).await.pending_migrations().await.unwrap(), [""; 0]);

        execute(&owned, "REVOKE INSERT, DELETE ON sign_out_epochs FROM plain").await;
        let (code, text) = check(&plain, false);
        let lacking = "lacks INSERT, DELETE on sign_out_epochs: grant it these";
        assert!(code == Some(1) && text.contains(lacking), "{text}");

        execute(
            &owned,
            "GRANT ALL ON sign_out_epochs TO plain; ALTER ROLE plain SET default_transaction_read_only = on",
        )
        .await;
        let (code, text) = check(&plain, false);
        assert!(code == Some(1) && text.contains("sessions are read-only"), "{text}");

        server.turn_into_standby();
        let (code, text) = check(&owner, false);
        assert!(code == Some(1) && text.contains("the server is a standby"), "{text}");
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use super::*;
    use crate::support::{databases, private_mysql::PrivateMysql};

    #[tokio::test]
    async fn a_user_who_may_not_create_serves_what_the_owner_has_migrated() {
        let Some(test) = databases::mysql() else {
            return;
        };
        let mut plain = url::Url::parse(&test.url).unwrap();
        let database = plain.path().trim_start_matches('/').to_owned();
        let user = database.replace("fanpass_test_", "plain_");
        plain.set_username(&user).unwrap();
        plain.set_password(Some("made-up")).unwrap();
        let plain = plain.to_string();
        let owner = test.open(1);
        let grant = |rights: &str, table: &str| format!("GRANT {rights} ON {database}.{table} TO {user}");
        execute(&owner, &format!("CREATE USER {user} IDENTIFIED BY 'made-up'")).await;
        execute(&owner, &grant("SELECT", "*")).await;

        let (code, text) = check(&test.url, false);
        assert!(code == Some(1) && names_all_migrations(&text), "{text}");
        let (code, text) = check(&plain, true);
        assert!(code == Some(1) && text.contains("may not make tables"), "{text}");
        assert_eq!(owner.pending_migrations().await.unwrap(), MIGRATIONS);

        owner.migrate().await.unwrap();
        execute(&owner, &grant("INSERT, UPDATE", "fans_profiles")).await;
        let (code, text) = check(&plain, false);
        let lacking = "lacks DELETE on fans_profiles; INSERT, UPDATE, DELETE on session_endings; INSERT,";
        assert!(code == Some(1) && text.contains(lacking), "{text}");

        execute(&owner, &grant("SELECT, INSERT, UPDATE, DELETE", "*")).await;
        for migrates in [false, true] {
            let (code, text) = check(&plain, migrates);
            assert!(code == Some(0) && text.contains("no migration is pending"), "{text}");
        }
        assert_eq!(migrated(&plain).await.pending_migrations().await.unwrap(), [""; 0]);
        execute(&owner, &format!("DROP USER {user}")).await;
    }

    #[tokio::test]
    async fn a_server_that_takes_no_writes_is_a_fault() {
        let Some(mut server) = PrivateMysql::new("a server that takes no writes") else {
            return;
        };
        server.start();
        let database = migrated(&server.url()).await;
        assert_eq!(check(&server.url(), false).0, Some(0));
        execute(&database, "SET GLOBAL read_only = 1").await;
        let (code, text) = check(&server.url(), false);
        assert!(
            code == Some(1) && text.contains("takes no writes (read_only is on)"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn the_clocks_are_compared_where_there_is_a_server() {
    each_database(async |test| {
        let url = DatabaseUrl::new(test.url.clone());
        let clock = Clock::system();
        let offset = async || Preflight::run(&database_settings(1), &url, &clock).await.unwrap().clock;
        let Some(right) = offset().await else {
            assert_eq!(test.name, "SQLite");
            assert_eq!(test.open(1).server_time().await.unwrap(), None);
            return;
        };
        assert!(!right.is_beyond(), "{right}");
        let theirs = test.open(1).server_time().await.unwrap().unwrap();
        assert!(theirs.abs_diff(clock.now_precise()).as_secs() < 30);
        for seconds in [90, -180] {
            clock.advance(seconds);
            let wrong = offset().await.unwrap();
            assert!(wrong.is_beyond() && (wrong.seconds() < 0.0) == (seconds > 0), "{wrong}");
        }
    })
    .await;
}

//! The output of `fanpass check` for a database, and that it changes nothing.

use std::{path::Path, process::Command};

use fanpass::{
    domain::Clock,
    repositories::{Database, Preflight},
    settings::DatabaseUrl,
};

use crate::support::{database_settings, databases::each_database};

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

/// The exit code and the output.
type CheckOutcome = (Option<i32>, String);

fn check_in(folder: &Path, url: &str, migrates: bool, program: Command) -> CheckOutcome {
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

fn check(url: &str, migrates: bool) -> CheckOutcome {
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
    async fn check_makes_no_file_beside_a_copy_that_has_a_wal_alone() {
        let (folder, url) = folder();
        let database = migrated(&url).await;
        database.ping().await.unwrap();
        let copy = tempfile::tempdir().unwrap();
        for name in ["fans.db", "fans.db-wal"] {
            fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
        }
        let url = format!("sqlite://{}/fans.db", copy.path().display());
        let (code, text) = check(&url, false);
        assert!(code == Some(0) && text.contains("and none -shm"), "{text}");
        assert!(!text.contains("migration"), "{text}");
        assert_eq!(names(copy.path()), ["fans.db", "fans.db-wal"]);
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_a_fault_and_no_right_is_asked_for() {
        let (folder, url) = folder();
        fs::write(folder.path().join("fans.db"), vec![b'x'; 40_000]).unwrap();
        for migrates in [false, true] {
            let (code, text) = check(&url, migrates);
            assert!(
                code == Some(1) && text.contains("fans.db\" is no SQLite database"),
                "{text}"
            );
            assert!(!text.contains("grant"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_folder_that_everybody_may_write_is_noted() {
        let (folder, url) = folder();
        let allow = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
        let note = "note   database: every user of this machine may write in";
        for is_there in [false, true] {
            if is_there {
                drop(migrated(&url).await);
            }
            for (mode, expected) in [(0o755, false), (0o777, true), (0o750, false)] {
                allow(mode);
                let (code, text) = check(&url, true);
                assert!(code == Some(0) && text.contains(note) == expected, "{mode:o}: {text}");
            }
        }
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
        let lacking = "lacks SELECT, INSERT, UPDATE, DELETE on fans_profiles; SELECT, INSERT, DELETE on session_endings; SELECT, INSERT";
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

        execute(&owned, "REVOKE SELECT ON sign_out_epochs FROM plain").await;
        let (code, text) = check(&plain, false);
        let lacking = "lacks SELECT on sign_out_epochs: grant it these";
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

    #[tokio::test]
    async fn a_role_with_the_rights_that_serve_uses_is_without_fault() {
        let Some(mut server) = PrivatePostgres::new("a role with few rights") else {
            return;
        };
        server.start();
        let owned = migrated(&server.url()).await;
        execute(&owned, "CREATE ROLE plain LOGIN").await;
        for (rights, table) in OF_SERVE {
            execute(&owned, &format!("GRANT {rights} ON {table} TO plain")).await;
        }
        let plain = server.url().replace("fanpass:", "plain:");
        serves(&plain).await;

        execute(
            &owned,
            "REVOKE UPDATE ON fans_profiles FROM plain; GRANT UPDATE (nickname, last_login_at) ON fans_profiles TO plain",
        )
        .await;
        let (code, text) = check(&plain, false);
        assert!(code == Some(0) && !text.contains("FAULT"), "{text}");
    }
}

/// What docs/deployment.md has for the role of the service.
#[cfg(any(feature = "postgres", feature = "mysql"))]
const OF_SERVE: [(&str, &str); 15] = [
    ("SELECT, INSERT, UPDATE, DELETE", "fans_profiles"),
    ("SELECT, INSERT, DELETE", "session_endings"),
    ("SELECT, INSERT, UPDATE", "sign_out_epochs"),
    ("SELECT, INSERT, UPDATE, DELETE", "jobs"),
    ("SELECT, INSERT, UPDATE", "erasure_receipts"),
    ("SELECT, INSERT", "account_secrets"),
    ("SELECT, INSERT, UPDATE, DELETE", "audit_log"),
    ("SELECT, INSERT, UPDATE", "audit_chain"),
    ("SELECT, INSERT, UPDATE, DELETE", "daily_counts"),
    ("SELECT, INSERT, UPDATE, DELETE", "daily_count_writers"),
    ("SELECT, INSERT, DELETE", "daily_count_closings"),
    ("SELECT, INSERT, DELETE", "used_once"),
    ("SELECT, INSERT, UPDATE, DELETE", "push_receipts"),
    ("SELECT, INSERT, UPDATE, DELETE", "photos"),
    ("SELECT", "__diesel_schema_migrations"),
];

/// That the role of `plain` may do all that the service does.
#[cfg(any(feature = "postgres", feature = "mysql"))]
async fn serves(plain: &str) {
    use fanpass::{
        cache::{Cache, MemoryCache},
        domain::{AuditActor, FanId, OpenId, Profile, ProfileErasure, Random, Revocation, RevocationScope, SessionId},
        repositories::{FansRepository, NewFan, SessionRevocationsRepository, Transaction},
    };

    use crate::support::{Register, app_id};

    let (code, text) = check(plain, false);
    assert!(code == Some(0) && !text.contains("FAULT"), "{text}");

    let database = migrated(plain).await;
    let (clock, random) = (Clock::system(), Random::system());
    let profile = Profile {
        openid: OpenId::parse("oMade-Up_Fan1").unwrap(),
        unionid: None,
        nickname: "小明".to_owned(),
        avatar_url: String::new(),
    };
    let fans = FansRepository::new(database.clone(), app_id());
    for _ in 0..2 {
        let new = NewFan {
            id: FanId::generate(&clock, &random),
            profile: profile.clone(),
            consent_version: "2026-11".to_owned(),
            now: clock.now(),
        };
        fans.register(new).await.unwrap();
    }
    let (fan, _) = fans.find_for_sign_in(&profile.openid).await.unwrap().unwrap();
    fans.find(fan.id).await.unwrap().unwrap();
    fans.note_login(fan.id, clock.now(), clock.now()).await.unwrap();
    assert!(fans.refresh_profile(fan.id, &profile, clock.now()).await.unwrap());
    let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
    let erasure = crate::erasure::erasure(&database, &clock, &crate::jobs::process(&database, &clock), &cache);
    let (own, openid) = (erasure.clone(), profile.openid.clone());
    let stranger = OpenId::parse("oMade-Up_Fan2").unwrap();
    let push = move |tx: &mut Transaction<'_>| {
        let _of_the_profile = own.request_profile_in(tx, &openid, ProfileErasure::Withdrawn)?;
        let _of_nobody = own.request_in(tx, &stranger, &AuditActor::Platform)?;
        own.request_in(tx, &openid, &AuditActor::Platform)
    };
    let request = database.transaction(push).await.unwrap();
    let job = erasure.jobs.claim_one(request.job.unwrap()).await.unwrap().unwrap();
    assert_eq!(erasure.jobs.run(&job, erasure.run(&job)).await.unwrap(), None);
    let revocations = SessionRevocationsRepository::new(database, app_id());
    revocations
        .purge(clock.now().plus_seconds(40 * 24 * 3600), 10)
        .await
        .unwrap();
    let revocation = Revocation {
        scope: RevocationScope::Session(SessionId::generate(&random)),
        revoked_at: clock.now(),
        expires_at: clock.now(),
    };
    revocations.add(vec![revocation]).await.unwrap();
    assert_eq!(revocations.since(0, 10).await.unwrap().len(), 1);
    assert_eq!(revocations.purge(clock.now(), 10).await.unwrap(), 1);
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
        let lacking = "lacks DELETE on fans_profiles; INSERT, DELETE on session_endings; ";
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
    async fn a_user_with_the_rights_that_serve_uses_is_without_fault() {
        let Some(mut server) = PrivateMysql::with_accounts("a user with few rights") else {
            return;
        };
        server.start();
        let owner = migrated(&server.url()).await;
        execute(&owner, "CREATE USER plain IDENTIFIED BY 'made-up'").await;
        for (rights, table) in OF_SERVE {
            execute(&owner, &format!("GRANT {rights} ON fans.{table} TO plain")).await;
        }
        serves(&server.url().replace("root:", "plain:")).await;
    }

    #[tokio::test]
    async fn migrations_that_the_user_may_not_read_are_not_taken_for_missing() {
        let Some(mut server) = PrivateMysql::with_accounts("a user without a right on the migrations") else {
            return;
        };
        server.start();
        let owner = migrated(&server.url()).await;
        let plain = server.url().replace("root:", "plain:");
        execute(&owner, "CREATE USER plain IDENTIFIED BY 'made-up'").await;
        let serving = OF_SERVE.iter().map(|(_, table)| *table);
        for table in serving.filter(|table| *table != "__diesel_schema_migrations") {
            execute(&owner, &format!("GRANT ALL ON fans.{table} TO plain")).await;
        }
        let (code, text) = check(&plain, false);
        let note = "note   database: which migrations have run cannot be read; grant SELECT on";
        assert!(code == Some(0) && text.contains(note), "{text}");
        let (code, text) = check(&plain, true);
        let fault = "FAULT  database: which migrations have run cannot be read; grant SELECT on";
        assert!(code == Some(1) && text.contains(fault), "{text}");
        execute(&owner, "GRANT SELECT ON fans.__diesel_schema_migrations TO plain").await;
        let (code, text) = check(&plain, true);
        assert!(code == Some(0) && text.contains("no migration is pending"), "{text}");
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
        execute(&database, "SET GLOBAL read_only = 0, GLOBAL tx_read_only = 1").await;
        let (code, text) = check(&server.url(), false);
        assert!(
            code == Some(1) && text.contains("takes no writes (tx_read_only is on)"),
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
        assert!(!right.is_too_large(), "{right}");
        let theirs = test.open(1).server_time().await.unwrap().unwrap();
        assert!(theirs.abs_diff(clock.now_precise()).as_secs() < 30);
        for seconds in [90, -180] {
            clock.advance(seconds);
            let wrong = offset().await.unwrap();
            assert!(
                wrong.is_too_large() && (wrong.seconds() < 0.0) == (seconds > 0),
                "{wrong}"
            );
        }
    })
    .await;
}

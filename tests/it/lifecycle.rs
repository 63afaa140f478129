//! How a process starts and stops, seen from outside.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use diesel::{Connection, RunQueryDsl, SqliteConnection, sql_query};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    Browser, Page, Site, WECHAT, metric,
    process::{Process, run, start},
};

/// A database file that another process can lock.
struct DatabaseFile {
    path: PathBuf,
    _folder: TempDir,
}

impl DatabaseFile {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            path: folder.path().join("fans.db"),
            _folder: folder,
        }
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.path.display())
    }

    /// A connection that keeps everybody else out until it rolls back.
    fn lock(&self) -> SqliteConnection {
        let mut other = SqliteConnection::establish(self.path.to_str().unwrap()).unwrap();
        // The process may be writing just now.
        sql_query("PRAGMA busy_timeout = 10000").execute(&mut other).unwrap();
        sql_query("BEGIN EXCLUSIVE").execute(&mut other).unwrap();
        other
    }
}

async fn one_request_in_flight(site: &Site) {
    let in_flight = |page: &Page| metric(&page.text(), "fanpass_http_requests_in_flight") == Some(1.0);
    site.wait_for("/metrics", in_flight).await;
}

/// A fan who has registered and is signed in.
async fn signed_in(site: &Site) -> Browser {
    let browser = Browser::new(WECHAT);
    let callback = site.callback(&browser).await;
    browser.get(&callback).await;
    assert!(browser.is_signed_in());
    browser
}

fn detail(page: &Page) -> Value {
    serde_json::from_slice::<Value>(&page.body).unwrap()["detail"].clone()
}

#[test]
fn the_first_lines_say_where_with_what_and_for_whom() {
    let site = Site::new();
    let process = start(&["serve"], &site.variables(), "ready after");
    let text = process.printed().join("\n");
    for part in [
        "starts in development",
        "settings from: the defaults inside it, the environment",
        "database: SQLite 3.",
        "cache: memory",
        "SESSION_KEY is not set",
        &format!(
            "fans reach http://localhost:{}/ here: 127.0.0.1:{}",
            site.server, site.server
        ),
        &format!("health and metrics for the operator: 127.0.0.1:{}", site.ops),
        &format!("the sandbox stands in for WeChat: http://localhost:{}/", site.sandbox),
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
    assert!(!text.contains("actix_server"), "{text}");
}

#[actix_web::test]
async fn while_migrations_wait_the_process_is_alive_and_not_ready() {
    let (site, file) = (Site::new(), DatabaseFile::new());
    let url = file.url();
    let mut locked = file.lock();
    let variables = site.variables_and(&[("DATABASE_URL", url.as_str())]);
    let process = Process::spawn(&[], &variables);
    process.wait_for("starts in development");
    let health = || run(&["healthcheck"], &[("FANPASS__OPS__PORT", &site.ops)]);
    for _ in 0..500 {
        if health().0.status.success() {
            break;
        }
    }
    let page = site.ask("/readyz").await;
    assert_eq!((page.status, detail(&page)), (503, json!("starting")));
    assert_eq!(page.header("content-type"), Some("application/problem+json"));
    assert_eq!(site.ask("/metrics").await.status, 200);

    sql_query("ROLLBACK").execute(&mut locked).unwrap();
    site.wait_for("/readyz", |page| page.status == 200).await;
    process.wait_for("ready after");
}

#[test]
fn a_start_without_its_migrations_says_which_are_missing() {
    let site = Site::new();
    let variables = site.variables_and(&[("FANPASS__DATABASE__MIGRATE_ON_START", "false")]);
    let process = start(&["serve"], &variables, "ready after");
    let line = process.wait_for("ERROR");
    for part in [
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
        "run `fanpass migrate`",
    ] {
        assert!(line.contains(part), "{line}");
    }
}

#[actix_web::test]
async fn sigterm_drains_and_logs_it_and_the_request_in_flight_gets_its_response() {
    let site = Site::new();
    let process = site.start(&[]);
    let browser = Browser::new(WECHAT);
    let callback = site.callback(&browser).await;
    site.delay_exchanges(1500).await;
    let response = actix_web::rt::spawn({
        let browser = browser.clone();
        async move { browser.get(&callback).await }
    });
    one_request_in_flight(&site).await;

    process.signal("TERM");
    let page = site.wait_for("/readyz", |page| page.status == 503).await;
    assert_eq!(detail(&page), "stopping");
    assert_eq!(site.ask("/healthz").await.status, 200, "it is alive until it ends");
    assert_eq!(response.await.unwrap().status, 303);
    assert!(browser.is_signed_in());
    let (status, printed) = process.ended().await;
    let text = printed.join("\n");
    assert_eq!(status.code(), Some(0), "{text}");
    for part in [
        "SIGTERM: draining",
        "at most 29 s; requests in flight: 1",
        "stopped after",
        "requests cut off: 0",
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
}

#[actix_web::test]
async fn a_second_signal_does_not_wait() {
    let site = Site::new();
    let process = site.start(&[]);
    let browser = Browser::new(WECHAT);
    let callback = site.callback(&browser).await;
    site.delay_exchanges(4000).await;
    let request = awc::Client::builder()
        .timeout(Duration::from_secs(20))
        .finish()
        .get(callback);
    let request = request
        .insert_header(("user-agent", WECHAT))
        .insert_header(("cookie", browser.cookie_header()));
    let is_served = actix_web::rt::spawn(async move { request.send().await.is_ok() });
    one_request_in_flight(&site).await;

    process.signal("TERM");
    process.wait_for("draining");
    process.signal("INT");
    let (status, printed) = process.ended().await;
    assert_eq!(status.code(), Some(0), "{printed:#?}");
    let has = |text: &str| printed.iter().any(|line| line.contains(text));
    assert!(has("SIGINT: not waiting") && has("requests cut off: 1"), "{printed:#?}");
    assert!(!is_served.await.unwrap(), "the request was cut off");
}

#[actix_web::test]
async fn a_logout_that_waits_for_the_database_does_not_prolong_the_end() {
    let (site, file) = (Site::new(), DatabaseFile::new());
    let url = file.url();
    let own = [
        ("DATABASE_URL", url.as_str()),
        ("FANPASS__SERVER__SHUTDOWN_TIMEOUT", "2"),
    ];
    let process = site.start(&own);
    let browser = signed_in(&site).await;
    let _locked = file.lock();
    browser.post(&site.at("/logout"), &[]).await;
    let process = actix_web::web::block(move || {
        process.wait_for("the revocation of a session is not written yet");
        process
    });
    let process = process.await.unwrap();
    process.signal("TERM");
    let begun = Instant::now();
    let (status, printed) = process.ended().await;
    let took = begun.elapsed();
    assert!(
        status.success() && took < Duration::from_secs(3),
        "{took:?}: {printed:#?}"
    );
    let is_named = printed.iter().any(|line| line.contains("does not know all sessions"));
    assert!(is_named, "{printed:#?}");
}

#[actix_web::test]
async fn a_logout_that_is_being_written_when_the_process_ends_is_not_lost_without_a_word() {
    let (site, file) = (Site::new(), DatabaseFile::new());
    let url = file.url();
    let process = site.start(&[("DATABASE_URL", url.as_str())]);
    let browser = signed_in(&site).await;
    let _locked = file.lock();
    let cookies = browser.cookie_header();
    let logout = awc::Client::default().post(site.at("/logout"));
    let logout = logout
        .insert_header(("origin", site.at("")))
        .insert_header(("cookie", cookies));
    let logout = actix_web::rt::spawn(async move { logout.send().await.is_ok() });
    one_request_in_flight(&site).await;
    process.signal("INT");
    let (status, printed) = process.ended().await;
    logout.abort();
    assert_eq!(status.code(), Some(0), "{printed:#?}");
    let warning = printed.iter().find(|line| line.contains("does not know all sessions"));
    assert!(warning.is_some_and(|line| line.contains("waiting=1")), "{printed:#?}");
}

#[test]
fn healthcheck_tells_a_live_process_from_none() {
    let site = Site::new();
    let everywhere = [
        ("FANPASS__OPS__PORT", site.ops.as_str()),
        ("FANPASS__OPS__HOST", "0.0.0.0"),
    ];
    let (output, text) = run(&["healthcheck"], &everywhere);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains(&format!("127.0.0.1:{} does not respond", site.ops)),
        "{text}"
    );

    let variables = [site.variables().as_slice(), &[("FANPASS__OPS__HOST", "0.0.0.0")]].concat();
    let _process = start(&[], &variables, "ready after");
    let (output, text) = run(&["healthcheck"], &everywhere);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("is alive"), "{text}");

    // Another server on that port is not ours: the public listener has no /healthz.
    let (output, text) = run(&["healthcheck"], &[("FANPASS__OPS__PORT", &site.server)]);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("404"), "{text}");
}

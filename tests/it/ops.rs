//! The ops listener, and what identifies a request.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{Browser, TestApp, eventually, eventually_some, metric, parameter, raw};

async fn ready(app: &TestApp) -> (u16, Value) {
    let page = app.ops("/readyz").await;
    (page.status, serde_json::from_slice(&page.body).unwrap())
}

async fn metrics(app: &TestApp) -> String {
    let page = app.ops("/metrics").await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/plain; version=0.0.4")
    );
    page.text()
}

/// The metrics in the table of `docs/metrics.md`, with their types.
fn documented_metrics() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = include_str!("../../docs/metrics.md").lines();
    let rows = rows.filter(|row| row.starts_with("| `fanpass_"));
    rows.map(|row| {
        let (name, rest) = row.trim_start_matches("| `").split_once("` | ").unwrap();
        (name, rest.split_once(" | ").unwrap().0)
    })
}

/// The value of a series; 0 if it is not there.
fn value(text: &str, series: &str) -> f64 {
    metric(text, series).unwrap_or(0.0)
}

#[actix_web::test]
async fn readiness_names_each_part_with_its_time() {
    let app = TestApp::start().await;
    let (status, found) = ready(&app).await;
    assert_eq!((status, &found["status"]), (200, &json!("ready")));
    for part in ["database", "cache"] {
        assert_eq!(found[part]["state"], "up", "{found}");
        assert!(found[part]["took_ms"].as_f64().unwrap() < 1500.0, "{found}");
        assert!(found[part]["checked_at"].as_str().unwrap().ends_with('Z'), "{found}");
    }
    app.clock.advance(60);
    let (_, later) = ready(&app).await;
    assert_eq!(later["database"]["since"], found["database"]["since"]);
    assert_ne!(later["database"]["checked_at"], found["database"]["checked_at"]);
}

#[actix_web::test]
async fn the_platform_is_judged_by_real_calls_and_never_asked() {
    let app = TestApp::start().await;
    assert_eq!(ready(&app).await.1["platform"], json!({ "state": "unknown" }));
    assert_eq!(app.platform.calls("access_token").await, 0);

    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let up = ready(&app).await.1["platform"].clone();
    assert_eq!(up["state"], "up", "{up}");

    app.clock.advance(60);
    app.platform.fault("access_token", json!({ "kind": "down" })).await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &fan, "/").await;
    assert_eq!(browser.get(&callback).await.status, 502);
    let (status, found) = ready(&app).await;
    assert_eq!((status, &found["platform"]["state"]), (200, &json!("degraded")));
    assert_ne!(found["platform"]["since"], up["since"]);
    assert_eq!(
        value(&metrics(&app).await, r#"fanpass_dependency_up{dependency="platform"}"#),
        0.0
    );
}

/// Open connections cannot write but still respond to pings. New ones can write once it is over. On PostgreSQL.
#[actix_web::test]
async fn a_database_that_turned_read_only_is_degraded_and_fans_register_again_when_another_takes_over() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.consent(&browser, &fan, "/photos", "agree").await;
    let Some(outage) = app.backends.make_read_only() else {
        return;
    };
    let page = browser.get(&callback).await;
    assert_eq!(page.status, 503, "{}", page.text());
    assert!(page.text().contains("href=\"\""), "its button reloads: {}", page.text());
    let (status, found) = ready(&app).await;
    assert_eq!(
        (status, &found["database"]["state"]),
        (200, &json!("degraded")),
        "{found}"
    );

    outage.end();
    let reloaded = browser.reload_while(&[503], &callback).await;
    assert_eq!((reloaded.status, reloaded.location()), (303, "/photos"));
    assert_eq!(ready(&app).await.1["database"]["state"], "up");
    assert_eq!(app.platform.calls("access_token").await, 1, "the code was spent once");
}

#[actix_web::test]
async fn an_outage_that_the_service_survives_is_named_and_drains_no_replica() {
    let app = TestApp::with()
        .env("DATABASE_URL", "postgres://fan:made-up@127.0.0.1:1/fans")
        .env("REDIS_URL", "redis://127.0.0.1:1")
        .set("database.migrate_on_start", "false")
        .set("database.pool_timeout_ms", "300")
        .start()
        .await;
    let (status, found) = ready(&app).await;
    assert_eq!(status, 200, "{found}");
    for part in ["database", "cache"] {
        assert_eq!(found[part]["state"], "degraded", "{found}");
    }
    let text = metrics(&app).await;
    assert_eq!(value(&text, r#"fanpass_dependency_up{dependency="database"}"#), 0.0);
    assert_eq!(
        metric(&text, r#"fanpass_dependency_up{dependency="cache"}"#),
        Some(0.0),
        "{text}"
    );
    assert!(value(&text, r#"fanpass_database_operations_total{outcome="unavailable"}"#) >= 1.0);
    assert!(!text.contains("made-up"));
}

#[actix_web::test]
async fn a_file_of_sqlite_that_is_locked_or_lost_is_named_and_drains_no_replica() {
    use diesel::{Connection, SqliteConnection, connection::SimpleConnection};

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fans.db").to_str().unwrap().to_owned();
    let app = TestApp::with()
        .env("DATABASE_URL", &format!("sqlite://{file}"))
        .start()
        .await;
    let state = async || {
        let (status, found) = ready(&app).await;
        assert_eq!(status, 200, "{found}");
        found["database"]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state().await, "up");
    let mut other = SqliteConnection::establish(&file).unwrap();
    // Jobs may be writing at the same moment.
    other
        .batch_execute("PRAGMA busy_timeout = 5000; BEGIN EXCLUSIVE")
        .unwrap();
    assert_eq!(state().await, "degraded");
    other.batch_execute("ROLLBACK").unwrap();
    assert_eq!(state().await, "up");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(state().await, "degraded");
}

#[actix_web::test]
async fn errors_of_the_private_listener_are_problem_documents() {
    let app = TestApp::start().await;
    let browser = Browser::new("probe");
    for (method, path, status, kind) in [
        ("GET", "/nothing", 404, "not-found"),
        ("POST", "/readyz", 405, "method-not-allowed"),
        ("DELETE", "/metrics", 405, "method-not-allowed"),
    ] {
        let page = browser
            .request(method, &format!("{}{path}", app.ops_url), &[], None)
            .await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (status, Some("application/problem+json"))
        );
        let problem: Value = serde_json::from_slice(&page.body).unwrap();
        assert_eq!(
            (&problem["status"], &problem["type"]),
            (&json!(status), &json!(format!("urn:fanpass:problem:{kind}")))
        );
        assert!(
            problem["title"].is_string() && problem["detail"].is_string(),
            "{problem}"
        );
        assert_eq!(problem["request_id"].as_str(), page.header("x-request-id"));
    }
}

#[actix_web::test]
async fn logins_registrations_sessions_and_what_they_cost_are_counted() {
    let app = TestApp::start().await;
    // Other tests may share this process: what counts is the difference.
    let before = metrics(&app).await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.registered(&fan).await;
    browser.post(&app.at("/logout"), &[]).await;
    let callback = app.silent_callback(&browser, &fan, "/").await;
    assert_eq!(browser.open(&callback).await.status, 200);
    let stranger = app.platform.fan("阿海").await;
    let other = app.browser();
    let callback = app.silent_callback(&other, &stranger, "/").await;
    assert_eq!(other.open(&callback).await.path(), "/welcome");
    let callback = app.consent(&other, &stranger, "/", "refuse").await;
    assert_eq!(other.get(&callback).await.status, 200);
    assert_eq!(other.get(&app.at("/wechat/callback?code=x&state=y")).await.status, 400);
    let after = metrics(&app).await;
    for (series, least) in [
        (r#"fanpass_logins_total{outcome="signed_in",failure=""}"#, 2.0),
        (r#"fanpass_logins_total{outcome="unregistered",failure=""}"#, 1.0),
        (r#"fanpass_logins_total{outcome="declined",failure=""}"#, 1.0),
        (r#"fanpass_logins_total{outcome="unknown_state",failure=""}"#, 1.0),
        (r#"fanpass_logins_begun_total{scope="snsapi_userinfo"}"#, 2.0),
        ("fanpass_registrations_total", 1.0),
        ("fanpass_sessions_begun_total", 2.0),
        (r#"fanpass_sessions_ended_total{reason="logout"}"#, 1.0),
        (
            r#"fanpass_platform_requests_total{endpoint="sns/oauth2/access_token",outcome="ok",errcode="0"}"#,
            3.0,
        ),
        (
            r#"fanpass_platform_requests_total{endpoint="sns/userinfo",outcome="ok",errcode="0"}"#,
            1.0,
        ),
        (
            r#"fanpass_platform_request_duration_seconds_count{endpoint="sns/userinfo"}"#,
            1.0,
        ),
        (
            r#"fanpass_http_requests_total{route="/wechat/callback",status="303"}"#,
            3.0,
        ),
        (
            r#"fanpass_http_requests_total{route="/wechat/callback",status="400"}"#,
            1.0,
        ),
        (
            r#"fanpass_http_request_duration_seconds_count{route="/wechat/callback"}"#,
            5.0,
        ),
        (r#"fanpass_database_operations_total{outcome="ok"}"#, 4.0),
        ("fanpass_database_operation_duration_seconds_count", 4.0),
    ] {
        let counted = value(&after, series) - value(&before, series);
        assert!(counted >= least, "{series}: {counted}\n{after}");
    }
    let stores: Vec<&str> = after
        .lines()
        .filter(|line| line.starts_with("fanpass_cache_operations_total"))
        .collect();
    assert!(
        stores
            .iter()
            .any(|line| line.contains(r#"operation="put",outcome="ok""#)),
        "{stores:?}"
    );
    assert!(value(&after, "fanpass_database_connections_max") >= 4.0);
    assert!(
        value(&after, r#"fanpass_database_connections{state="idle"}"#) >= 1.0,
        "{after}"
    );
    assert!(
        after.contains(concat!(r#"fanpass_build_info{version=""#, env!("CARGO_PKG_VERSION"))),
        "{after}"
    );
}

#[actix_web::test]
async fn failures_are_counted_by_their_kind() {
    let app = TestApp::with().set("wechat.timeout_ms", "500").start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let before = metrics(&app).await;
    for (fault, class, errcode, failure) in [
        (
            json!({ "kind": "errcode", "errcode": 40125 }),
            "configuration",
            "40125",
            "configuration",
        ),
        (json!({ "kind": "errcode", "errcode": 45009 }), "quota", "45009", "busy"),
        (json!({ "kind": "hang" }), "timeout", "none", "timeout"),
        (
            json!({ "kind": "garbage", "body": "html" }),
            "garbage",
            "none",
            "platform",
        ),
    ] {
        app.platform.fault("access_token", fault).await;
        let browser = app.browser();
        let callback = app.silent_callback(&browser, &fan, "/").await;
        assert!(browser.get(&callback).await.status >= 500);
        let after = metrics(&app).await;
        for series in [
            format!(
                r#"fanpass_platform_requests_total{{endpoint="sns/oauth2/access_token",outcome="{class}",errcode="{errcode}"}}"#
            ),
            format!(r#"fanpass_logins_total{{outcome="failed",failure="{failure}"}}"#),
        ] {
            assert!(value(&after, &series) > value(&before, &series), "{series}");
        }
    }
}

#[actix_web::test]
async fn every_metric_is_described_and_none_names_a_fan_or_a_secret() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.consent(&browser, &fan, "/", "agree").await;
    assert_eq!(browser.open(&callback).await.status, 200);
    let visitor = app.browser();
    for path in [
        "/made-up-path",
        "/login?next=/made-up-next",
        "/static/made-up-file",
        "/wechat/callback?code=made-up",
    ] {
        visitor.get(&app.at(path)).await;
    }
    visitor.request("MADEUP", &app.at("/"), &[], None).await;
    // Neither SQLite nor the memory has a clock of its own.
    let has_clocks = !app.backends.database_url.starts_with("sqlite:") || app.backends.redis_url.is_some();
    // Clocks are compared in the background.
    let text = eventually_some("the clocks are compared", async || {
        let text = metrics(&app).await;
        (!has_clocks || text.contains("fanpass_clock_offset_seconds{")).then_some(text)
    })
    .await;
    let kinds: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .collect();
    let helped: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| Some(line.strip_prefix("# HELP ")?.split_once(' ')?.0))
        .collect();
    let expected: BTreeMap<&str, &str> = documented_metrics()
        .filter(|(name, _)| has_clocks || *name != "fanpass_clock_offset_seconds")
        // No app calls here.
        .filter(|(name, _)| !name.starts_with("fanpass_relay_") && !name.starts_with("fanpass_platform_quota_"))
        // No push is sent, and there is no target.
        .filter(|(name, _)| *name != "fanpass_pushes_total" && !name.starts_with("fanpass_push_forward"))
        .collect();
    assert_eq!(kinds, expected);
    assert_eq!(helped, expected.keys().copied().collect());

    let row = app.row(&fan).await;
    let session = browser.cookie("fanpass_session").unwrap();
    let secrets = [
        fan.as_str(),
        "小雨",
        &row.id,
        &session,
        &parameter(&callback, "code").unwrap(),
        &parameter(&callback, "state").unwrap(),
        "made-up",
        "MADEUP",
        "127.0.0.1",
    ];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret:?} stands in\n{text}");
    }
}

#[actix_web::test]
async fn every_response_carries_the_number_of_its_request_and_none_that_a_visitor_made_up() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut seen = BTreeSet::new();
    for path in [
        "/welcome",
        "/login",
        "/signed-out",
        "/nothing",
        "/static/nothing",
        "/wechat/callback",
    ] {
        let page = browser
            .request("GET", &app.at(path), &[("x-request-id", "made-up")], None)
            .await;
        let id = page
            .header("x-request-id")
            .unwrap_or_else(|| panic!("{path} has none"))
            .to_owned();
        assert!(id.len() == 36 && !page.text().contains("made-up"), "{path}: {id}");
        assert!(seen.insert(id.clone()), "{path} repeats a number");
        if page.status >= 400 {
            assert!(page.text().contains(&id), "{path}: the page shows another number");
        }
    }
    let alive = app.ops("/healthz").await;
    assert_eq!((alive.status, alive.text().as_str()), (200, "ok"));
}

/// Some load balancers use HEAD, on a connection that they keep.
#[actix_web::test]
async fn a_probe_with_head_has_no_body_and_its_connection_stays_usable() {
    let app = TestApp::start().await;
    eventually("the application is ready", async || ready(&app).await.0 == 200).await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        let sent = format!(
            "HEAD {path} HTTP/1.1\r\nhost: a\r\n\r\nGET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
        );
        let received = raw::send(&app.ops_url, sent, Duration::from_secs(20)).await;
        assert_eq!(received.statuses(), [200, 200], "{path}: {}", received.text);
        let parts: Vec<&str> = received.text.split("\r\n\r\n").collect();
        let is_next = parts.len() == 3 && parts[1].starts_with("HTTP/1.1 200") && parts[2] == "ok";
        assert!(is_next, "{path} has a body: {}", received.text);
    }
    let refused = app
        .browser()
        .request("POST", &format!("{}/readyz", app.ops_url), &[], Some(&[]))
        .await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")));
}

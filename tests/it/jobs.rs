//! `fanpass jobs …` beside the running application, and what metrics and health say of jobs.

use serde_json::{Value, json};

use crate::support::{TestApp, eventually, metric};

const FAILED: &str = "INSERT INTO jobs (id, app_id, kind, subject, payload, run_at, attempts, last_error, failed_at, \
                      created_at) VALUES ('018f0000-0000-7000-8000-000000000001', 'wx00000000000000aa', 'of_tomorrow', \
                      NULL, '', '2026-11-23 12:00:00', 20, 'made up', '2026-11-23 13:00:00', '2026-11-23 12:00:00')";
const ID: &str = "018f0000-0000-7000-8000-000000000001";

async fn health(app: &TestApp) -> (u16, Value) {
    let page = app.ops("/readyz").await;
    let report: Value = serde_json::from_slice(&page.body).unwrap();
    (page.status, report["jobs"]["state"].clone())
}

#[actix_web::test]
async fn a_job_that_failed_for_good_is_visible_and_an_operator_retries_or_drops_it() {
    let app = TestApp::start().await;
    assert_eq!(health(&app).await, (200, json!("up")));
    app.execute(FAILED).await;
    assert_eq!(
        health(&app).await,
        (200, json!("degraded")),
        "it takes no replica out of service"
    );
    let metrics = app.ops("/metrics").await.text();
    assert_eq!(metric(&metrics, "fanpass_jobs_failed"), Some(1.0));

    let listed = app.jobs(&["list", "--json"]).await.json();
    let found = listed.iter().find(|job| job["id"] == ID).unwrap();
    assert_eq!(
        (&found["state"], &found["last_error"]),
        (&json!("failed"), &json!("made up"))
    );
    let table = app.jobs(&["list"]).await.stdout;
    assert!(table.contains(ID) && table.contains("of_tomorrow"), "{table}");

    assert_eq!(app.jobs(&["retry", "--all-failed"]).await.code, 1, "not confirmed");
    let retried = app.jobs(&["retry", "--all-failed", "--yes", "--json"]).await;
    assert_eq!((retried.code, retried.json()), (0, vec![json!({ "retried": 1 })]));
    // Nobody here knows the kind, so it waits, and is late.
    assert_eq!(health(&app).await.1, "up");
    app.clock.advance(600);
    assert_eq!(health(&app).await.1, "degraded");

    assert_eq!(app.jobs(&["drop", ID, "--yes"]).await.code, 0);
    assert_eq!(app.jobs(&["drop", ID, "--yes"]).await.code, 3);
    assert_eq!(app.jobs(&["retry", "no-id"]).await.code, 2);
    eventually("the purge runs again", async || health(&app).await.1 == "up").await;
}

#[actix_web::test]
async fn jobs_that_repeat_run_in_a_process_that_serves() {
    let app = TestApp::start().await;
    eventually("the purge has run", async || {
        let metrics = app.ops("/metrics").await.text();
        metric(
            &metrics,
            r#"fanpass_jobs_runs_total{kind="purge_revocations",outcome="done"}"#,
        )
        .is_some()
    })
    .await;
}

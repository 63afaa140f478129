//! `fans.on_unsubscribe = "forget"`: who unfollowed is forgotten after a while, unless they come back.

use serde_json::json;

use crate::support::{TestApp, account_metric, eventually};

const DAY: i64 = 24 * 3600;

/// Both fans follow, as the platform said once, and then no longer do.
async fn unfollow(app: &TestApp, fans: &[&String]) {
    // Who registers in the second in which a run begins is left to the next one.
    app.execute("UPDATE fans_profiles SET created_at = '2026-11-23 12:00:00'")
        .await;
    app.fans(&["sync"]).await;
    for fan in fans {
        let change = json!({ "subscribe": false });
        app.platform.control("PATCH", &format!("fans/{fan}"), change).await;
    }
    next_second(app).await;
    app.fans(&["sync"]).await;
}

/// Whole seconds decide what was first.
async fn next_second(app: &TestApp) {
    let now = app.clock.now();
    eventually("the next second", async || app.clock.now() > now).await;
}

#[actix_web::test]
async fn a_fan_who_unfollowed_is_forgotten_when_the_time_is_over_and_one_who_signed_in_since_is_not() {
    let app = TestApp::with()
        .set("fans.on_unsubscribe", "forget")
        .set("fans.forget_after_days", "2")
        .start()
        .await;
    let (rain, snow) = (app.platform.fan("小雨").await, app.platform.fan("小雪").await);
    for fan in [&rain, &snow] {
        app.registered(fan).await;
    }
    unfollow(&app, &[&rain, &snow]).await;
    next_second(&app).await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &snow, "/").await;
    browser.get(&callback).await;
    eventually("the login is noted", async || {
        let row = app.row(&snow).await;
        row.last_login_at > row.consented_at
    })
    .await;

    app.clock.advance(2 * DAY + 60);
    eventually("the fan is forgotten", async || app.rows(Some(&rain)).await == 0).await;
    assert_eq!(app.rows(Some(&snow)).await, 1, "they came back");
    let asked = r#"fanpass_erasures_requested_total{reason="unfollowed"}"#;
    let metrics = app.ops("/metrics").await.text();
    assert!(account_metric(&metrics, asked, &app.app_id) >= Some(1.0), "{metrics}");
    let acts = app.audit(&["export", "--format", "json"]).await.json();
    let forgotten = acts
        .iter()
        .filter(|row| row["act"] == "fans.forget" && row["actor_kind"] == "fanpass");
    assert_eq!(forgotten.count(), 1);
}

#[actix_web::test]
async fn fans_who_unfollowed_are_kept_where_nobody_said_otherwise() {
    let app = TestApp::start().await;
    let rain = app.platform.fan("小雨").await;
    app.registered(&rain).await;
    unfollow(&app, &[&rain]).await;
    app.clock.advance(400 * DAY);
    eventually("the job ran since", async || {
        let jobs = app.jobs(&["list", "--json"]).await.json();
        let now = app.clock.now().to_rfc3339();
        let next = jobs.iter().find(|job| job["kind"] == "forget_unfollowed").unwrap();
        next["run_at"].as_str().unwrap() > now.as_str()
    })
    .await;
    assert_eq!(app.rows(Some(&rain)).await, 1);
}

//! `fanpass fans sync`, the real binary: who follows is noted at the fans who are known, and the others are counted.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{TestApp, command, eventually};

const SYNC: [&str; 2] = ["sync", "--json"];

/// Rows of known fans with these openids, past the application: registering hundreds takes long.
async fn insert(app: &TestApp, openids: &[String]) {
    let moment = "'2026-11-23 12:00:00'";
    let row = |(number, openid): (usize, &String)| {
        format!(
            "('019abcde-0000-7000-8000-{number:012}', '{}', '{openid}', '粉丝', '', {moment}, '1', {moment}, {moment}, \
             {moment}, {moment})",
            app.app_id
        )
    };
    let rows: Vec<String> = openids.iter().enumerate().map(row).collect();
    let statement = format!(
        "INSERT INTO fans_profiles (id, app_id, openid, nickname, avatar_url, consented_at, consent_version, \
         profile_refreshed_at, last_login_at, created_at, updated_at) VALUES {}",
        rows.join(", ")
    );
    app.execute(statement.leak()).await;
}

/// So many fans of the platform, all of whom follow and are known.
async fn known_followers(app: &TestApp, count: usize) {
    let asked = json!({ "nickname": "粉丝", "count": count });
    let made = app.platform.control("POST", "fans", asked).await;
    let openids: Vec<String> = serde_json::from_value(made["openids"].clone()).unwrap();
    insert(app, &openids).await;
}

async fn follows(app: &TestApp, openid: &str, subscribe: bool) {
    let change = json!({ "subscribe": subscribe });
    app.platform.control("PATCH", &format!("fans/{openid}"), change).await;
}

/// How many follow on the platform.
async fn followers(app: &TestApp) -> u64 {
    let made = app.platform.control("POST", "followers", json!({ "count": 0 })).await;
    made["total"].as_u64().unwrap()
}

/// What a run finds is dated by the second, so one that begins in the second of another's end takes it for its own.
async fn next_second(app: &TestApp) {
    let now = app.clock.now();
    eventually("the next second", async || app.clock.now() > now).await;
}

async fn shown(app: &TestApp, openid: &str) -> Value {
    app.fans(&["show", openid, "--json"]).await.json().remove(0)
}

#[actix_web::test]
async fn who_follows_is_noted_at_the_fans_who_are_known_and_the_others_are_counted() {
    let app = TestApp::start().await;
    let (rain, snow) = (app.platform.fan("小雨").await, app.platform.fan("小雪").await);
    for fan in [&rain, &snow] {
        app.registered(fan).await;
        assert_eq!(shown(&app, fan).await["subscribed"], Value::Null);
    }
    // Who registers in the second in which a run begins is left to the next one.
    app.execute("UPDATE fans_profiles SET created_at = '2026-11-23 12:00:00'")
        .await;
    follows(&app, &snow, false).await;
    let change = json!({ "subscribe_scene": "ADD_SCENE_QR_CODE" });
    app.platform.control("PATCH", &format!("fans/{rain}"), change).await;
    let others = followers(&app).await - 1;

    let report = app.fans(&SYNC).await.json();
    let expected = json!({ "resumed": false, "following": 1, "not_following": 1, "others": others });
    assert_eq!(report, [expected]);
    let fan = shown(&app, &rain).await;
    assert_eq!(
        [&fan["subscribed"], &fan["subscribed_at"], &fan["subscribe_scene"]],
        [
            &json!(true),
            &json!("2022-01-05T06:36:41Z"),
            &json!("ADD_SCENE_QR_CODE")
        ]
    );
    let fan = shown(&app, &snow).await;
    assert_eq!(
        [&fan["subscribed"], &fan["subscribed_at"], &fan["subscribe_scene"]],
        [&json!(false), &Value::Null, &Value::Null]
    );
    assert_eq!(app.rows(None).await, 2, "nobody else is kept");

    next_second(&app).await;
    follows(&app, &rain, false).await;
    follows(&app, &snow, true).await;
    let text = app.fans(&["sync"]).await.stdout;
    assert!(text.contains("fans who follow         1"), "{text}");
    assert_eq!(shown(&app, &rain).await["subscribed"], false);
    assert_eq!(shown(&app, &snow).await["subscribed"], true);

    let rows = app.audit(&["export", "--format", "json"]).await.json();
    let acts: Vec<&Value> = rows.iter().map(|row| &row["act"]).collect();
    assert_eq!(acts, ["fans.sync", "fans.sync"]);
    let text = Value::from(rows).to_string();
    assert!(!text.contains(&rain) && !text.contains(&snow), "{text}");
}

#[actix_web::test]
async fn the_list_is_walked_to_its_end_and_only_known_fans_are_asked_about_a_hundred_at_once() {
    let app = TestApp::start().await;
    app.platform
        .control("POST", "followers", json!({ "count": 12_000 }))
        .await;
    known_followers(&app, 250).await;
    let others = followers(&app).await - 250;
    let report = app.fans(&SYNC).await.json().remove(0);
    assert_eq!((&report["following"], &report["others"]), (&json!(250), &json!(others)));
    // The last page of the list may be an empty one.
    assert!((2..=3).contains(&app.platform.calls("followers").await));
    // A chunk of 500 openids of the list may part a hundred in two.
    assert!((3..=4).contains(&app.platform.calls("fan_info_batch").await));
    assert_eq!(app.rows(None).await, 250);
}

#[actix_web::test]
async fn a_run_that_the_quota_stops_says_so_and_the_next_one_goes_on() {
    let app = TestApp::start().await;
    known_followers(&app, 250).await;
    let quota = json!({ "daily_limit": 2 });
    app.platform.control("PUT", "quotas/fan_info_batch", quota).await;
    let stopped = app.fans_with(&SYNC, &[], "").await;
    assert_eq!((stopped.code, stopped.stdout.as_str()), (1, ""), "{stopped:?}");
    assert!(
        stopped.stderr.contains("45009") && stopped.stderr.contains("the next run goes on"),
        "{stopped:?}"
    );
    let fans = app.fans(&["export", "--format", "json"]).await.json();
    let noted: Vec<&Value> = fans.iter().filter(|fan| fan["subscribed"] == true).collect();
    assert_eq!(noted.len(), 200, "what was noted stays");
    let left = noted[0]["openid"].as_str().unwrap();

    // One of those who were found following ends it before the next run.
    follows(&app, left, false).await;
    app.platform.control("DELETE", "quotas", Value::Null).await;
    app.platform.control("DELETE", "requests", Value::Null).await;
    next_second(&app).await;
    let report = app.fans(&SYNC).await.json().remove(0);
    assert_eq!(
        (&report["following"], &report["not_following"]),
        (&json!(249), &json!(1))
    );
    assert_eq!(shown(&app, left).await["subscribed"], false);
    // A cache in memory ends with the process, and with it what the stopped run had asked about.
    let is_shared = app.backends.redis_url.is_some();
    assert_eq!(report["resumed"], is_shared);
    let calls = app.platform.calls("fan_info_batch").await;
    assert!(if is_shared { calls <= 2 } else { calls >= 3 }, "{calls}");
    let again = app.fans(&SYNC).await.json().remove(0);
    assert_eq!(again["resumed"], false, "a run that ended is not gone on with");
}

#[actix_web::test]
async fn control_c_stops_it_between_two_steps() {
    let app = TestApp::start().await;
    known_followers(&app, 1).await;
    app.platform
        .fault("fan_info_batch", json!({ "kind": "delay", "ms": 4_000 }))
        .await;
    let mut sync = command(&app, &["sync"], &[("FANPASS__WECHAT__TIMEOUT_MS", "8000")]);
    let child = sync.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    eventually("fans are asked about", async || {
        app.platform.calls("fan_info_batch").await > 0
    })
    .await;
    let sent = Command::new("kill")
        .args(["-s", "INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    let output = actix_web::web::block(move || child.wait_with_output().unwrap()).await;
    let output = output.unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("stopped: what was noted stays"), "{stderr}");
}

#[actix_web::test]
async fn an_account_without_the_right_is_told_what_it_lacks() {
    let app = TestApp::start().await;
    let settings = json!({ "missing_rights": ["fans"] });
    app.platform.control("PATCH", "settings", settings).await;
    let refused = app.fans_with(&["sync"], &[], "").await;
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("48001"), "{refused:?}");
}

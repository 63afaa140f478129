//! Old profiles are fetched again in the background of a silent login.

use serde_json::json;

use crate::support::{Browser, TestApp, eventually};

const DAY: i64 = 24 * 3600;

async fn silent_login(app: &TestApp, fan: &str) -> Browser {
    let browser = app.browser();
    let callback = app.silent_callback(&browser, fan, "/").await;
    assert_eq!(browser.get(&callback).await.location(), "/");
    browser
}

async fn rename(app: &TestApp, fan: &str, nickname: &str) {
    app.platform
        .control("PATCH", &format!("fans/{fan}"), json!({ "nickname": nickname }))
        .await;
}

/// Both clocks, ours and the platform's.
async fn days_pass(app: &TestApp, days: i64) {
    app.clock.advance(days * DAY);
    app.platform
        .control("POST", "clock", json!({ "advance_seconds": days * DAY }))
        .await;
}

/// Logs in `bystander`, whose profile is old, and waits for the refresh that follows. The application has one worker, so
/// what an earlier login began there is done by then.
async fn bystander_is_refreshed(app: &TestApp, bystander: &str) {
    let before = app.row(bystander).await.profile_refreshed_at;
    silent_login(app, bystander).await;
    eventually("the bystander's refresh", async || {
        app.row(bystander).await.profile_refreshed_at > before
    })
    .await;
}

#[actix_web::test]
async fn an_old_profile_is_refreshed_with_the_stored_refresh_token() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("旧名").await;
    app.registered(&fan).await;
    rename(&app, &fan, "新名").await;
    days_pass(&app, 8).await;
    silent_login(&app, &fan).await;
    eventually("the new nickname", async || app.row(&fan).await.nickname == "新名").await;
    assert_eq!(app.platform.calls("refresh_token").await, 1);
    let row = app.row(&fan).await;
    assert!(
        row.profile_refreshed_at >= row.consented_at + 8 * DAY,
        "consent stays as it was: {row:?}"
    );
}

#[actix_web::test]
async fn a_young_profile_is_left_alone() {
    let app = TestApp::with().set("server.workers", "1").start().await;
    let (fan, bystander) = (app.platform.fan("小雨").await, app.platform.fan("老王").await);
    app.registered(&bystander).await;
    days_pass(&app, 2).await;
    app.registered(&fan).await;
    let (asked, registered) = (
        app.platform.calls("userinfo").await,
        app.row(&fan).await.profile_refreshed_at,
    );
    days_pass(&app, 6).await;
    silent_login(&app, &fan).await;
    bystander_is_refreshed(&app, &bystander).await;
    assert_eq!(app.platform.calls("userinfo").await, asked + 1, "the bystander's");
    assert_eq!(app.row(&fan).await.profile_refreshed_at, registered);
}

#[actix_web::test]
async fn with_zero_days_every_silent_login_refreshes_and_a_young_token_is_checked_and_used() {
    let app = TestApp::with().set("fans.refresh_after_days", "0").start().await;
    let fan = app.platform.fan("旧名").await;
    app.registered(&fan).await;
    rename(&app, &fan, "新名").await;
    silent_login(&app, &fan).await;
    eventually("the new nickname", async || app.row(&fan).await.nickname == "新名").await;
    assert_eq!(
        (
            app.platform.calls("auth").await,
            app.platform.calls("refresh_token").await
        ),
        (1, 0)
    );
}

#[actix_web::test]
async fn a_token_that_ended_early_is_found_out_by_the_check_and_refreshed() {
    let app = TestApp::with().set("fans.refresh_after_days", "0").start().await;
    let fan = app.platform.fan("旧名").await;
    app.registered(&fan).await;
    rename(&app, &fan, "新名").await;
    app.platform
        .control("POST", &format!("fans/{fan}/expire"), json!({ "access": true }))
        .await;
    silent_login(&app, &fan).await;
    eventually("the new nickname", async || app.row(&fan).await.nickname == "新名").await;
    assert_eq!(app.platform.calls("refresh_token").await, 1);
    // The refreshed pair was kept: the next refresh needs no other.
    rename(&app, &fan, "第三名").await;
    silent_login(&app, &fan).await;
    eventually("the third nickname", async || app.row(&fan).await.nickname == "第三名").await;
    assert_eq!(app.platform.calls("refresh_token").await, 1);
}

#[actix_web::test]
async fn a_refresh_that_fails_is_never_seen_by_the_fan() {
    let app = TestApp::with().set("fans.refresh_after_days", "0").start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    for endpoint in ["auth", "userinfo"] {
        for fault in [
            json!({ "kind": "down" }),
            json!({ "kind": "hang" }),
            json!({ "kind": "garbage", "body": "html" }),
        ] {
            app.platform.fault(endpoint, fault).await;
            let browser = silent_login(&app, &fan).await;
            assert!(browser.get(&app.at("/")).await.text().contains("小雨"));
            app.platform.clear_faults().await;
        }
    }
}

#[actix_web::test]
async fn a_refused_refresh_token_is_not_tried_again() {
    let app = TestApp::with().set("server.workers", "1").start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let bystanders = [app.platform.fan("老王").await, app.platform.fan("老李").await];
    for bystander in &bystanders {
        app.registered(bystander).await;
    }
    app.platform
        .control(
            "POST",
            &format!("fans/{fan}/expire"),
            json!({ "access": true, "refresh": true }),
        )
        .await;
    days_pass(&app, 8).await;
    silent_login(&app, &fan).await;
    eventually("the refusal", async || app.platform.calls("refresh_token").await == 1).await;
    bystander_is_refreshed(&app, &bystanders[0]).await;
    silent_login(&app, &fan).await;
    bystander_is_refreshed(&app, &bystanders[1]).await;
    assert_eq!(app.platform.calls("refresh_token").await, 3, "one of each");
}

#[actix_web::test]
async fn a_silent_logins_own_tokens_are_not_kept() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    silent_login(&app, &fan).await;
    rename(&app, &fan, "新名").await;
    days_pass(&app, 8).await;
    silent_login(&app, &fan).await;
    eventually("the new nickname, by the registration's token", async || {
        app.row(&fan).await.nickname == "新名"
    })
    .await;
}

#[actix_web::test]
async fn the_last_login_is_written_at_most_once_an_hour() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let first = app.row(&fan).await.last_login_at;
    app.clock.advance(1800);
    silent_login(&app, &fan).await;
    assert_eq!(app.row(&fan).await.last_login_at, first);
    app.clock.advance(1900);
    silent_login(&app, &fan).await;
    eventually("the note of the login", async || {
        app.row(&fan).await.last_login_at >= first + 3600
    })
    .await;
}

#[actix_web::test]
async fn a_new_refresh_token_is_kept_although_the_profile_then_fails() {
    let app = TestApp::with().set("server.workers", "1").start().await;
    let (fan, bystander) = (app.platform.fan("旧名").await, app.platform.fan("老王").await);
    app.registered(&fan).await;
    app.registered(&bystander).await;
    app.platform
        .control("PATCH", "settings", json!({ "rotate_refresh_tokens": true }))
        .await;
    days_pass(&app, 8).await;
    app.platform.fault("userinfo", json!({ "kind": "down" })).await;
    silent_login(&app, &fan).await;
    eventually("the failure", async || app.platform.calls("userinfo").await >= 3).await;
    app.platform.clear_faults().await;
    bystander_is_refreshed(&app, &bystander).await;
    rename(&app, &fan, "新名").await;
    silent_login(&app, &fan).await;
    eventually("the new nickname", async || app.row(&fan).await.nickname == "新名").await;
}

//! The session key is changed in two steps, on one replica after the other, and nobody is signed out.

use serde_json::json;

use crate::support::{Browser, TestApp, eventually};

const OLD: char = 'a';
const NEW: char = 'b';

/// The key that seals, and the one that only opens.
type Keys = (char, Option<char>);

/// The state of a replica in each step of the change.
const STEPS: [Keys; 4] = [(OLD, None), (OLD, Some(NEW)), (NEW, Some(OLD)), (NEW, None)];

fn key(digit: char) -> String {
    digit.to_string().repeat(128)
}

async fn replica(app: &TestApp, (current, also): Keys) -> TestApp {
    let also = also.map(key).unwrap_or_default();
    app.replica_with(&[("SESSION_KEY", &key(current)), ("SESSION_KEYS_ALSO", &also)])
        .await
}

/// `callback` as it arrives at another replica.
fn at(callback: &str, from: &TestApp, to: &TestApp) -> String {
    callback.replace(&from.url, &to.url)
}

async fn is_live(app: &TestApp, browser: &Browser) -> bool {
    browser.get(&app.at("/")).await.status == 200
}

/// Whatever one replica began, the other one goes on with.
async fn goes_on(from: &TestApp, to: &TestApp) {
    let fan = from.platform.fan("小雨").await;
    let session = from.registered(&fan).await;
    assert!(
        is_live(from, &session).await && is_live(to, &session).await,
        "the session"
    );

    let pending = from.browser();
    let callback = from.silent_callback(&pending, &fan, "/photos").await;
    let before = pending.cookie_header();
    let page = pending.get(&at(&callback, from, to)).await;
    assert_eq!((page.status, page.location()), (303, "/photos"), "the pending login");
    assert!(is_live(from, &pending).await, "and the session that it began");

    if from.backends.redis_url.is_some() {
        let again = from
            .browser()
            .request("GET", &callback, &[("cookie", &before)], None)
            .await;
        assert_eq!(
            (again.status, again.location()),
            (303, "/photos"),
            "the outcome of the code"
        );
        assert_eq!(from.exchanges(&callback).await, 1);
    }
}

/// A token that one replica kept refreshes the profile at the other.
async fn token_is_found(from: &TestApp, to: &TestApp) {
    let fan = from.platform.fan("旧名").await;
    from.registered(&fan).await;
    is_refreshed(from, to, &fan).await;
}

async fn is_refreshed(from: &TestApp, to: &TestApp, fan: &str) {
    from.platform
        .control("PATCH", &format!("fans/{fan}"), json!({ "nickname": "新名" }))
        .await;
    from.clock.advance(8 * 24 * 3600);
    from.platform
        .control("POST", "clock", json!({ "advance_seconds": 8 * 24 * 3600 }))
        .await;
    let browser = to.browser();
    let callback = to.silent_callback(&browser, fan, "/").await;
    assert_eq!(browser.get(&callback).await.location(), "/");
    eventually("the new nickname", async || to.row(fan).await.nickname == "新名").await;
}

#[actix_web::test]
async fn a_key_is_changed_in_two_steps_and_nobody_is_signed_out() {
    let app = TestApp::with().env("SESSION_KEY", &key(OLD)).start().await;
    let mut before = replica(&app, STEPS[0]).await;
    for step in STEPS.into_iter().skip(1) {
        let after = replica(&app, step).await;
        goes_on(&before, &after).await;
        goes_on(&after, &before).await;
        if app.backends.redis_url.is_some() {
            token_is_found(&before, &after).await;
        }
        before = after;
    }
}

#[actix_web::test]
async fn a_session_lasts_through_the_whole_change_and_no_longer_than_before() {
    let app = TestApp::with().env("SESSION_KEY", &key(OLD)).start().await;
    let fan = app.platform.fan("小雨").await;
    let session = app.registered(&fan).await;
    let second = replica(&app, STEPS[1]).await;
    let third = replica(&app, STEPS[2]).await;
    app.clock.advance(3000);
    assert!(is_live(&second, &session).await && is_live(&third, &session).await);
    app.clock.advance(700);
    assert!(!is_live(&third, &session).await, "the change prolongs no session");
}

#[actix_web::test]
async fn a_key_that_was_removed_opens_nothing_and_a_key_that_only_opens_seals_nothing() {
    let app = TestApp::with().env("SESSION_KEY", &key(OLD)).start().await;
    let fan = app.platform.fan("小雨").await;
    let session = app.registered(&fan).await;
    let pending = app.browser();
    let callback = app.silent_callback(&pending, &fan, "/").await;
    let without = replica(&app, (NEW, None)).await;
    assert!(!is_live(&without, &session).await);
    let page = pending.get(&at(&callback, &app, &without)).await;
    assert_eq!(page.status, 400, "the login is unknown");
    assert_eq!(app.exchanges(&callback).await, 0, "and its code is not spent");

    let both = replica(&app, (OLD, Some(NEW))).await;
    let other = app.platform.fan("小雪").await;
    let session = both.registered(&other).await;
    assert!(is_live(&app, &session).await, "sealed with the old key");
    assert!(!is_live(&without, &session).await, "and not with the new one");
}

#[actix_web::test]
async fn what_is_stored_is_sealed_anew_so_that_the_old_key_can_go() {
    let app = TestApp::with().env("SESSION_KEY", &key(OLD)).start().await;
    let fan = app.platform.fan("旧名").await;
    app.registered(&fan).await;
    let variables = [("SESSION_KEY", key(NEW)), ("SESSION_KEYS_ALSO", key(OLD))];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let reseal = async || app.keys(&["reseal", "--json"], &variables).await;
    let (first, again) = (reseal().await, reseal().await);
    assert_eq!((first.code, again.code), (0, 0), "{} {}", first.stderr, again.stderr);
    if app.backends.redis_url.is_none() {
        let told = app.keys(&["reseal"], &variables).await;
        assert!(told.stdout.contains("nothing is stored"), "{}", told.stdout);
        return;
    }
    assert_eq!(first.stdout.trim(), r#"{"resealed":1,"already":0,"unreadable":0}"#);
    assert_eq!(again.stdout.trim(), r#"{"resealed":0,"already":1,"unreadable":0}"#);
    let without = app.keys(&["reseal"], &[("SESSION_KEY", &key('c'))]).await;
    assert!(
        without.stdout.contains("1 open with none of the keys"),
        "{}",
        without.stdout
    );
    let after = replica(&app, (NEW, None)).await;
    is_refreshed(&app, &after, &fan).await;
    let log = app.audit(&["export", "--format", "json"]).await.stdout;
    assert_eq!(log.matches("keys.reseal").count(), 3, "{log}");
}

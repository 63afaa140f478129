//! Sessions that ended before their time stay ended, on every replica and for every copy of their cookie.

use crate::support::{Browser, TestApp, eventually};

const SESSION: &str = "fanpass_session";

/// A browser that has nothing but a copy of the other's session cookie.
fn copy(app: &TestApp, browser: &Browser) -> Browser {
    let thief = app.browser();
    thief.set_cookie(SESSION, &browser.cookie(SESSION).unwrap());
    thief
}

/// Whether the fan is signed in, as a page finds that needs no database.
async fn is_live(app: &TestApp, browser: &Browser) -> bool {
    let page = browser.get(&app.at("/login?next=/here")).await;
    assert_eq!(page.status, 303, "{}", page.text());
    page.location() == "/here"
}

/// A process asks for revocations about once a second.
async fn ends_within_seconds(app: &TestApp, browser: &Browser) {
    eventually("the session ends", async || !is_live(app, browser).await).await;
}

#[actix_web::test]
async fn a_logout_on_one_replica_ends_every_copy_of_the_session_on_all() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let browser = app.registered(&app.platform.fan("小雨").await).await;
    let other = app.registered(&app.platform.fan("小雪").await).await;
    let kept = copy(&app, &browser);
    assert!(is_live(&app, &kept).await && is_live(&replica, &kept).await);
    assert_eq!(browser.post(&app.at("/logout"), &[]).await.status, 303);
    assert!(!is_live(&app, &kept).await, "where it happened it holds at once");
    ends_within_seconds(&replica, &kept).await;
    assert_eq!(kept.get(&replica.at("/")).await.status, 303);
    assert!(is_live(&app, &other).await && is_live(&replica, &other).await);
    let late = app.replica().await;
    assert!(!is_live(&late, &kept).await, "and on a replica that starts afterwards");
}

#[actix_web::test]
async fn a_fan_who_logged_out_can_sign_in_again_at_once() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.registered(&fan).await;
    browser.post(&app.at("/logout"), &[]).await;
    let callback = app.silent_callback(&browser, &fan, "/").await;
    assert_eq!(browser.get(&callback).await.location(), "/");
    assert!(is_live(&app, &browser).await);
}

#[actix_web::test]
async fn an_operator_ends_the_sessions_of_one_fan() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let fan = app.platform.fan("小雨").await;
    let (phone, tablet) = (app.registered(&fan).await, app.registered(&fan).await);
    let other = app.registered(&app.platform.fan("小雪").await).await;
    app.fans(&["sign-out", &fan]).await;
    // In the same second, and whether or not the replica knows of the revocation: this session stays good.
    let fresh = app.browser();
    let callback = replica.silent_callback(&fresh, &fan, "/").await;
    assert_eq!(fresh.get(&callback).await.location(), "/");
    for served in [&app, &replica] {
        ends_within_seconds(served, &phone).await;
        ends_within_seconds(served, &tablet).await;
        assert!(is_live(served, &fresh).await && is_live(served, &other).await);
    }
    let page = phone.get(&app.at("/")).await;
    assert_eq!(
        (page.status, page.carried("scope").as_deref()),
        (303, Some("snsapi_base"))
    );
}

#[actix_web::test]
async fn an_operator_ends_all_sessions() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let fan = app.platform.fan("小雨").await;
    let browsers = [
        app.registered(&fan).await,
        app.registered(&app.platform.fan("小雪").await).await,
    ];
    app.fans(&["sign-out", "--all", "--yes"]).await;
    let fresh = app.registered(&fan).await;
    for served in [&app, &replica] {
        for browser in &browsers {
            ends_within_seconds(served, browser).await;
        }
        assert!(is_live(served, &fresh).await);
    }
}

#[actix_web::test]
async fn a_callback_that_is_repeated_after_the_sign_out_brings_no_session_back() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &fan, "/").await;
    let pending = browser.cookie_names();
    let pending = pending.iter().find(|name| name.starts_with("fanpass_login_")).unwrap();
    let sealed = browser.cookie(pending).unwrap();
    browser.get(&callback).await;
    app.fans(&["sign-out", &fan]).await;
    ends_within_seconds(&app, &browser).await;
    let repeated = app.browser();
    repeated.set_cookie(pending, &sealed);
    assert_eq!(
        repeated.get(&callback).await.location(),
        "/",
        "the outcome is on record"
    );
    assert!(repeated.is_signed_in() && !is_live(&app, &repeated).await);
    let callback = app.silent_callback(&repeated, &fan, "/").await;
    repeated.get(&callback).await;
    assert!(is_live(&app, &repeated).await, "a login of its own does");
}

#[actix_web::test]
async fn a_logout_while_the_database_is_away_is_not_lost_and_nobody_else_notices() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let browser = app.registered(&app.platform.fan("小雨").await).await;
    let other = app.registered(&app.platform.fan("小雪").await).await;
    let kept = copy(&app, &browser);
    let outage = app.backends.take_database_away();
    let response = browser.post(&app.at("/logout"), &[]).await;
    assert_eq!((response.status, response.location()), (303, "/signed-out"));
    assert!(!browser.is_signed_in());
    assert!(!is_live(&app, &kept).await, "this process knows");
    assert!(is_live(&app, &other).await && is_live(&replica, &other).await);
    assert!(is_live(&replica, &kept).await, "what a replica knows serves on");
    outage.end();
    ends_within_seconds(&replica, &kept).await;
}

#[actix_web::test]
async fn a_process_that_never_reached_the_database_neither_trusts_a_session_nor_throws_it_away() {
    let app = TestApp::start().await;
    let browser = app.registered(&app.platform.fan("小雨").await).await;
    app.execute("ALTER TABLE session_endings RENAME TO elsewhere").await;
    let replica = app.replica().await;
    for path in ["/", "/login", "/welcome"] {
        let page = browser.get(&replica.at(path)).await;
        assert_eq!((page.status, page.header("retry-after")), (503, Some("5")), "{path}");
    }
    assert!(browser.is_signed_in());
    assert_eq!(
        app.browser().get(&replica.at("/login")).await.status,
        303,
        "a visitor goes on"
    );
    app.execute("ALTER TABLE elsewhere RENAME TO session_endings").await;
    eventually("the process learns which sessions are revoked", async || {
        browser.get(&replica.at("/login?next=/here")).await.status == 303
    })
    .await;
    assert!(is_live(&replica, &browser).await);
}

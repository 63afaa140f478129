//! A cache that is away: fans do not notice.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::TestApp;

/// Nothing listens there.
const NOBODY: &str = "redis://127.0.0.1:1/";

#[actix_web::test]
async fn fans_register_log_out_and_come_back_without_a_cache() {
    let app = TestApp::with().env("REDIS_URL", NOBODY).start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.registered(&fan).await;
    browser.post(&app.at("/logout"), &[]).await;
    let page = browser.open(&app.at("/")).await;
    assert_eq!((page.status, page.path()), (200, "/"));
    assert!(page.text().contains("小雨"));
}

#[actix_web::test]
async fn without_a_cache_a_code_is_still_spent_once_per_process() {
    let app = TestApp::with().env("REDIS_URL", NOBODY).start().await;
    let (browser, callback) = app.returning_fan("小雨").await;
    let before = app.platform.calls("access_token").await;
    app.platform
        .fault("access_token", json!({ "kind": "delay", "ms": 200 }))
        .await;
    let responses = join_all((0..8).map(|_| browser.get(&callback))).await;
    assert!(
        responses
            .iter()
            .all(|response| response.status == 303 && response.location() == "/photos")
    );
    assert_eq!(app.platform.calls("access_token").await, before + 1);
}

#[actix_web::test]
async fn the_outage_is_named_by_readyz() {
    let app = TestApp::with().env("REDIS_URL", NOBODY).start().await;
    let ready = app.ops("/readyz").await;
    assert_eq!(ready.status, 200);
    assert!(ready.text().contains("degraded"), "{}", ready.text());
}

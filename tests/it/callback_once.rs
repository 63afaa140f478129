//! One code is spent once, no matter who brings it and how often.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{TestApp, eventually, parameter};

#[actix_web::test]
async fn a_callback_sent_eight_times_at_once_is_spent_once_and_all_are_signed_in() {
    let app = TestApp::start().await;
    let (browser, callback) = app.returning_fan("小雨").await;
    app.platform
        .fault("access_token", json!({ "kind": "delay", "ms": 300 }))
        .await;
    let responses = join_all((0..8).map(|_| browser.get(&callback))).await;
    for response in &responses {
        assert_eq!((response.status, response.location()), (303, "/photos"));
        assert!(
            response
                .set_cookies()
                .iter()
                .any(|cookie| cookie.starts_with("fanpass_session="))
        );
    }
    assert_eq!(app.exchanges(&callback).await, 1);
}

#[actix_web::test]
async fn a_registrations_callback_sent_eight_times_makes_one_row_and_one_exchange() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.consent(&browser, &fan, "/", "agree").await;
    app.platform
        .fault("userinfo", json!({ "kind": "delay", "ms": 200 }))
        .await;
    let responses = join_all((0..8).map(|_| browser.get(&callback))).await;
    assert!(
        responses
            .iter()
            .all(|response| response.status == 303 && response.location() == "/")
    );
    assert_eq!(
        (app.exchanges(&callback).await, app.platform.calls("userinfo").await),
        (1, 1)
    );
    assert_eq!(app.rows(None).await, 1);
}

#[actix_web::test]
async fn a_second_callback_that_carries_the_old_cookies_is_signed_in_too() {
    let app = TestApp::start().await;
    let (browser, callback) = app.returning_fan("小雨").await;
    let cookies = browser.cookie_header();
    assert_eq!(browser.get(&callback).await.status, 303);
    let late = app.browser();
    let response = late.request("GET", &callback, &[("cookie", &cookies)], None).await;
    assert_eq!((response.status, response.location()), (303, "/photos"));
    assert_eq!(app.exchanges(&callback).await, 1);
}

#[actix_web::test]
async fn a_callback_whose_browser_hung_up_is_completed_all_the_same() {
    let app = TestApp::start().await;
    let (browser, callback) = app.returning_fan("小雨").await;
    app.platform
        .fault("access_token", json!({ "kind": "delay", "ms": 600 }))
        .await;
    let first = browser.get(&callback);
    let hung_up = tokio::time::timeout(std::time::Duration::from_millis(200), first).await;
    assert!(hung_up.is_err(), "the first request was given up before its response");
    let second = browser.get(&callback).await;
    assert_eq!((second.status, second.location()), (303, "/photos"));
    assert_eq!(app.exchanges(&callback).await, 1);
}

#[actix_web::test]
async fn a_callback_opened_again_later_ends_on_a_good_page() {
    let app = TestApp::start().await;
    let (browser, callback) = app.returning_fan("小雨").await;
    browser.get(&callback).await;
    let again = browser.open(&callback).await;
    assert_eq!((again.status, again.path()), (200, "/"));
    browser.forget_cookies("fanpass_");
    let bookmark = browser.get(&callback).await;
    assert_eq!(bookmark.status, 400);
    assert!(bookmark.text().contains("href=\"/login"), "{}", bookmark.text());
    assert_eq!(app.exchanges(&callback).await, 1);
}

#[actix_web::test]
async fn a_stolen_code_with_the_thiefs_own_state_gets_nothing() {
    let app = TestApp::start().await;
    let (victim, callback) = app.returning_fan("小雨").await;
    app.platform
        .fault("access_token", json!({ "kind": "delay", "ms": 300, "times": 1 }))
        .await;
    let thief = app.browser();
    let begun = thief.get(&app.at("/login?next=/loot")).await;
    let (code, state) = (parameter(&callback, "code").unwrap(), begun.carried("state").unwrap());
    let stolen = app.at(&format!("/wechat/callback?code={code}&state={state}"));
    // At the same time, and once more afterwards.
    let victims = victim.get(&callback);
    let thiefs = async {
        eventually("the victim's exchange begins", async || {
            app.exchanges(&callback).await > 0
        })
        .await;
        thief.get(&stolen).await
    };
    let (signed_in, robbed) = futures_util::future::join(victims, thiefs).await;
    assert_eq!((signed_in.status, signed_in.location()), (303, "/photos"));
    assert_eq!(
        robbed.carried("scope").as_deref(),
        Some("snsapi_base"),
        "the thief's own login begins again"
    );
    assert!(!thief.is_signed_in());
    assert_eq!(app.exchanges(&callback).await, 1);
}

#[actix_web::test]
async fn a_stolen_callback_without_the_victims_cookie_is_not_even_claimed() {
    let app = TestApp::start().await;
    let (victim, callback) = app.returning_fan("小雨").await;
    let thief = app.browser();
    thief.get(&app.at("/login")).await;
    assert_eq!(thief.get(&callback).await.status, 400);
    assert_eq!(app.exchanges(&callback).await, 0);
    assert_eq!(victim.get(&callback).await.location(), "/photos");
}

#[actix_web::test]
async fn a_busy_platform_is_asked_once_more_with_the_same_code() {
    let app = TestApp::start().await;
    let (browser, callback) = app.returning_fan("小雨").await;
    app.platform
        .fault("access_token", json!({ "kind": "errcode", "errcode": -1, "times": 1 }))
        .await;
    let response = browser.get(&callback).await;
    assert_eq!((response.status, response.location()), (303, "/photos"));
    assert_eq!(app.exchanges(&callback).await, 2);
}

/// Only where there is a cache that processes share.
#[actix_web::test]
async fn a_code_that_reaches_two_replicas_at_once_is_spent_once() {
    let app = TestApp::start().await;
    if app.backends.redis_url.is_none() {
        return;
    }
    let other = app.replica().await;
    let (browser, callback) = app.returning_fan("小雨").await;
    app.platform
        .fault("access_token", json!({ "kind": "delay", "ms": 300 }))
        .await;
    let elsewhere = callback.replace(&app.url, &other.url);
    let (here, there) = futures_util::future::join(browser.get(&callback), browser.get(&elsewhere)).await;
    for response in [here, there] {
        assert_eq!((response.status, response.location()), (303, "/photos"));
    }
    assert_eq!(app.exchanges(&callback).await, 1);
}

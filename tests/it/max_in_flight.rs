//! Places in front of the platform: who takes one, and what becomes of who finds none.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Browser, TestApp, parameter};

async fn known_fan(app: &TestApp, nickname: &str) -> (Browser, String) {
    let fan = app.platform.fan(nickname).await;
    app.registered(&fan).await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &fan, "/photos").await;
    (browser, callback)
}

/// How many times the platform was asked to exchange the code of this callback.
async fn exchanges(app: &TestApp, callback: &str) -> u64 {
    let code = parameter(callback, "code").unwrap();
    let report = app
        .platform
        .control("GET", &format!("requests?code={code}"), Value::Null)
        .await;
    report["exchanges"][&code].as_u64().unwrap_or(0)
}

async fn begins(app: &TestApp, callback: &str) {
    for _ in 0..200 {
        if exchanges(app, callback).await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the exchange does not begin");
}

#[actix_web::test]
async fn who_waits_for_anothers_exchange_or_finds_its_outcome_takes_no_place() {
    let app = TestApp::with().set("wechat.max_in_flight", "1").start().await;
    let (done, finished) = known_fan(&app, "小雪").await;
    let cookies = done.cookie_header();
    assert_eq!(done.get(&finished).await.status, 303);
    let (browser, callback) = known_fan(&app, "小雨").await;
    let (other, others) = known_fan(&app, "小风").await;
    app.platform
        .fault("access_token", json!({ "kind": "delay", "ms": 2000 }))
        .await;
    let tab = browser.clone();
    let address = callback.clone();
    let twins = actix_web::rt::spawn(async move { join_all((0..2).map(|_| tab.get(&address))).await });
    begins(&app, &callback).await;

    // The place is taken: one who must go to the platform is turned away, and has lost nothing.
    let turned_away = other.get(&others).await;
    assert_eq!(turned_away.status, 503, "{}", turned_away.text());
    assert_eq!(exchanges(&app, &others).await, 0);
    // The outcome of another time is released all the same.
    let again = app
        .browser()
        .request("GET", &finished, &[("cookie", &cookies)], None)
        .await;
    assert_eq!((again.status, again.location()), (303, "/photos"));
    assert!(!twins.is_finished(), "the place was taken all the time");

    for twin in twins.await.unwrap() {
        assert_eq!((twin.status, twin.location()), (303, "/photos"), "{}", twin.text());
    }
    assert_eq!(exchanges(&app, &callback).await, 1);
    app.platform.mend().await;
    let reloaded = other.get(&others).await;
    assert_eq!((reloaded.status, reloaded.location()), (303, "/photos"));
    assert_eq!(exchanges(&app, &others).await, 1);
}

//! Permits for the platform: which logins need one, and what happens if none is free.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{TestApp, eventually};

#[actix_web::test]
async fn who_waits_for_anothers_exchange_or_finds_its_outcome_takes_no_permit() {
    let app = TestApp::with().set("wechat.max_in_flight", "1").start().await;
    let (done, finished) = app.returning_fan("小雪").await;
    let cookies = done.cookie_header();
    assert_eq!(done.get(&finished).await.status, 303);
    let (browser, callback) = app.returning_fan("小雨").await;
    let (other, others) = app.returning_fan("小风").await;
    app.platform
        .fault("access_token", json!({ "kind": "delay", "ms": 2000 }))
        .await;
    let tab = browser.clone();
    let url = callback.clone();
    let twins = actix_web::rt::spawn(async move { join_all((0..2).map(|_| tab.get(&url))).await });
    eventually("the exchange begins", async || app.exchanges(&callback).await == 1).await;

    // The only permit is in use: a login whose code must be exchanged is refused, and loses nothing.
    let turned_away = other.get(&others).await;
    assert_eq!(turned_away.status, 503, "{}", turned_away.text());
    assert_eq!(app.exchanges(&others).await, 0);
    // An outcome that is known needs no permit.
    let again = app
        .browser()
        .request("GET", &finished, &[("cookie", &cookies)], None)
        .await;
    assert_eq!((again.status, again.location()), (303, "/photos"));
    assert!(!twins.is_finished(), "the permit was taken all the time");

    for twin in twins.await.unwrap() {
        assert_eq!((twin.status, twin.location()), (303, "/photos"), "{}", twin.text());
    }
    assert_eq!(app.exchanges(&callback).await, 1);
    app.platform.clear_faults().await;
    let reloaded = other.get(&others).await;
    assert_eq!((reloaded.status, reloaded.location()), (303, "/photos"));
    assert_eq!(app.exchanges(&others).await, 1);
}

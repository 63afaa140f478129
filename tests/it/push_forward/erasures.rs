//! `fan.erased`.

use super::{app, settings, table};
use crate::support::{Target, TestApp, eventually};

async fn forget(app: &TestApp, openid: &str) {
    let forgotten = app.fans(&["forget", openid, "--yes"]).await;
    assert_eq!(forgotten.code, 0, "{forgotten:?}");
}

#[actix_web::test]
async fn an_erased_fan_is_told_to_the_targets_that_want_it_by_the_name_that_each_knows() {
    let (crm, shop, deaf) = (Target::taking(), Target::taking(), Target::taking());
    let folder = settings(
        &[
            table("crm", &crm, "events = [\"subscribe\", \"fan.erased\"]"),
            table("shop", &shop, "events = [\"Fan.Erased\"]\napp = \"shop\""),
            table("deaf", &deaf, ""),
            "[apps.shop]\napi = [\"fans\"]\n".to_owned(),
        ]
        .concat(),
    );
    let app = app(folder.path(), &["crm", "shop", "deaf"])
        .env("APP_SHOP_API_KEY", "made-up-key-0123456789abcdef01234567")
        .start()
        .await;
    let openid = app.platform.fan("小雨").await;
    app.registered(&openid).await;
    let row = app.row(&openid).await;
    let key = "Bearer made-up-key-0123456789abcdef01234567";
    let page = app
        .internal("GET", "/internal/fans", Some(key), serde_json::Value::Null)
        .await;
    let pairwise = page.text();
    forget(&app, &openid).await;

    let told = crm.request(|_| true).await;
    assert_eq!(
        (told.field("MsgType").as_str(), told.field("Event").as_str()),
        ("event", "fan.erased")
    );
    assert_eq!(
        (told.field("OpenID"), told.field("FanId")),
        (openid.clone(), row.id.clone())
    );
    assert_eq!(told.header("fanpass-id"), told.json()["id"].as_str());
    assert_eq!(told.json()["app_id"], app.app_id.as_str());

    let told = shop.request(|_| true).await;
    assert_eq!(told.field("OpenID"), "", "it gets no pushes, so it knows no openid");
    let name = told.field("FanId");
    assert!(name.len() == 22 && pairwise.contains(&name), "{name}: {pairwise}");

    eventually("nothing waits", async || {
        app.number("SELECT COUNT(*) AS found FROM jobs WHERE target IS NOT NULL")
            .await
            == 0
    })
    .await;
    assert!(deaf.requests().is_empty(), "erasures must be named");
}

#[actix_web::test]
async fn what_waits_for_a_target_names_no_fan_in_clear_and_outlives_the_erasure() {
    let away = Target::start(|_| crate::support::status(503));
    let folder = settings(&table("crm", &away, "events = [\"fan.erased\"]"));
    let app = app(folder.path(), &["crm"]).start().await;
    let openid = app.platform.fan("小雨").await;
    app.registered(&openid).await;
    forget(&app, &openid).await;
    away.request(|_| true).await;
    let waiting = app.jobs(&["list", "--json"]).await.stdout;
    assert!(
        waiting.contains("forward_erasure") && !waiting.contains(&openid),
        "{waiting}"
    );
    let clear =
        format!("SELECT COUNT(*) AS found FROM jobs WHERE payload LIKE '%{openid}%' OR subject LIKE '%{openid}%'");
    assert_eq!(app.number(&clear).await, 0);
    assert_eq!(
        app.number("SELECT COUNT(*) AS found FROM jobs WHERE kind = 'forward_erasure'")
            .await,
        1
    );
    // Registered and erased once more: the first news still waits.
    app.registered(&openid).await;
    forget(&app, &openid).await;
    assert_eq!(
        app.number("SELECT COUNT(*) AS found FROM jobs WHERE kind = 'forward_erasure'")
            .await,
        2
    );
}

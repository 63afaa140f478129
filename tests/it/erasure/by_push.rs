//! Erasures that the platform asks for: the sandbox changes the fan and pushes the event.

use serde_json::{Value, json};

use super::{count, database, distinctive_fan, redis, redis_keys, traces};
use crate::support::{TestApp, TestAppBuilder, account_metric, eventually};

const TOKEN: &str = "madeup12";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// An application to which the sandbox pushes.
async fn with_push(builder: TestAppBuilder) -> TestApp {
    let builder = builder
        .env("WECHAT_TOKEN", TOKEN)
        .env("WECHAT_ENCODING_AES_KEY", AES_KEY);
    let app = builder.start().await;
    let url = app.at("/wechat/push");
    let push = json!({ "url": url, "token": TOKEN, "encoding_aes_key": AES_KEY, "mode": "safe" });
    app.platform.control("PATCH", "settings", json!({ "push": push })).await;
    app
}

/// What happens to a fan on the platform, which the application is told.
async fn happens(app: &TestApp, openid: &str, action: &str) {
    let path = format!("fans/{openid}/{action}");
    let done = app.platform.control("POST", &path, json!({})).await;
    assert_eq!(done["push"]["taken"], Value::Bool(true), "{done}");
}

/// Finished receipts of this reason.
async fn receipts(app: &TestApp, reason: &str) -> i64 {
    let query = format!(
        "SELECT COUNT(*) AS found FROM erasure_receipts WHERE reason = '{reason}' AND finished_at IS NOT NULL \
         AND removed IS NOT NULL"
    );
    count(&database(app), query).await
}

#[actix_web::test]
async fn who_closes_the_account_leaves_nothing_in_tables_and_cache_and_no_session_on_any_replica() {
    let app = with_push(TestApp::with()).await;
    let replica = app.replica().await;
    let (openid, row) = distinctive_fan(&app).await;
    let browsers = [app.registered(&openid).await, replica.registered(&openid).await];
    let database = database(&app);
    let who = [openid.clone(), row.nickname, row.unionid.unwrap(), row.avatar_url];
    assert!(!traces(&database, &who).await.is_empty());

    happens(&app, &openid, "close").await;
    assert_eq!(traces(&database, &who).await, [].into());
    for (app, browser) in [&app, &replica].into_iter().zip(&browsers) {
        eventually("the session is none", async || {
            browser.get(&app.at("/")).await.status == 303
        })
        .await;
    }
    eventually("the erasure is finished", async || {
        receipts(&app, "account_closed").await == 1
    })
    .await;
    for key in redis_keys(&app) {
        let is_of_fan = key.contains(&row.id) || key.contains(&openid);
        let holds_nothing = || redis(&app, &format!("GET {key}")).contains("\r\nerased\r\n");
        assert!(
            !is_of_fan || key.contains("web_token_refresh:") || holds_nothing(),
            "{key}"
        );
    }
    assert_eq!(traces(&database, &who).await, [].into());

    let metrics = app.ops("/metrics").await.text();
    let of = |name: &str| format!("fanpass_{name}{{reason=\"account_closed\"}}");
    for series in [of("erasures_requested_total"), of("erasure_duration_seconds_count")] {
        assert!(account_metric(&metrics, &series, &app.app_id) >= Some(1.0), "{series}");
    }
    let acts = app.audit(&["export", "--format", "json"]).await.json();
    let acts = acts.iter().filter(|act| act["fan_id"] == row.id.as_str());
    let acts: Vec<(&Value, &Value)> = acts.map(|act| (&act["actor_kind"], &act["act"])).collect();
    let (platform, fanpass) = (json!("platform"), json!("fanpass"));
    let (forget, finished) = (json!("fans.forget"), json!("erasure.finished"));
    assert_eq!(acts, [(&platform, &forget), (&fanpass, &finished)]);
}

#[actix_web::test]
async fn what_is_withdrawn_or_cleaned_is_in_no_table_and_a_login_under_way_does_not_bring_it_back() {
    let app = with_push(TestApp::with()).await;
    let (openid, row) = distinctive_fan(&app).await;
    let browser = app.browser();
    let callback = app.consent(&browser, &openid, "/photos", "agree").await;
    happens(&app, &openid, "withdraw").await;
    let profile = [row.nickname.clone(), row.avatar_url.clone()];
    let database = database(&app);
    assert_eq!(traces(&database, &profile).await, [].into());
    eventually("the erasure is finished", async || {
        receipts(&app, "withdrawn").await == 1
    })
    .await;

    browser.get(&callback).await;
    let now = app.row(&openid).await;
    assert_eq!((now.id.as_str(), now.nickname.as_str()), (row.id.as_str(), ""));
    assert_eq!(traces(&database, &profile).await, [].into());

    app.register(&app.browser(), &openid, "/").await;
    assert_eq!(app.row(&openid).await.nickname, row.nickname, "a new consent");
    happens(&app, &openid, "modified").await;
    assert_eq!(traces(&database, &profile).await, [].into());
    eventually("the erasure is finished", async || receipts(&app, "cleaned").await == 1).await;
}

#[actix_web::test]
async fn who_unfollows_by_a_push_is_forgotten_and_who_follows_again_is_not() {
    let builder = TestApp::with()
        .set("fans.on_unsubscribe", "forget")
        .set("fans.forget_after_days", "1");
    let app = with_push(builder).await;
    let (rain, snow) = (app.platform.fan("小雨").await, app.platform.fan("小雪").await);
    for fan in [&rain, &snow] {
        app.registered(fan).await;
        happens(&app, fan, "follow").await;
        happens(&app, fan, "unfollow").await;
    }
    // The platform's events are told apart by the second.
    let unfollowed_at = app.clock.now();
    eventually("the next second", async || app.clock.now() > unfollowed_at).await;
    happens(&app, &snow, "follow").await;
    app.clock.advance(24 * 3600 + 60);
    eventually("the fan is forgotten", async || app.rows(Some(&rain)).await == 0).await;
    eventually("the erasure is finished", async || {
        receipts(&app, "unfollowed").await == 1
    })
    .await;
    assert_eq!(app.rows(Some(&snow)).await, 1);
}

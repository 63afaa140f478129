//! A push that comes again: the first answer, and nothing twice.

use futures_util::future::join_all;

use super::{counted, plain, safe, with_rules};
use fanpass::clients::wechat::push::signature;

use crate::support::{
    TestApp,
    push::{TOKEN, post},
};

const DEFAULT: &str = "[[reply]]\non = \"default\"\ntext = \"taken\"\n";

async fn repeats(app: &TestApp) -> f64 {
    counted(app, "fanpass_push_repeats_total").await
}

#[actix_web::test]
async fn a_message_that_comes_again_gets_the_first_answer_also_from_another_replica() {
    let (folder, builder) = with_rules(safe(), DEFAULT);
    let app = builder.start().await;
    let first = app.push_text("oFan", "hi", 12).sealed().send().await;
    assert_eq!(first.text(), "taken");
    // The rules have changed since.
    std::fs::write(
        folder.path().join("config/replies.toml"),
        DEFAULT.replace("taken", "other"),
    )
    .unwrap();
    let replica = app.replica().await;
    assert_eq!(
        replica.push_text("oFan", "new", 13).sealed().send().await.text(),
        "other"
    );
    for server in [&app, &replica] {
        // The platform signs and seals it anew.
        assert_eq!(
            app.push_text("oFan", "hi", 12).sealed().send_to(server).await.text(),
            "taken"
        );
    }
    assert!(repeats(&app).await >= 1.0);
}

#[actix_web::test]
async fn pushes_at_once_on_two_replicas_are_dealt_with_once() {
    let app = plain().start().await;
    let replica = app.replica().await;
    let fan = app.platform.fan("小明").await;
    app.registered(&fan).await;
    let before = repeats(&app).await;
    let push = app.push_event(&fan, "unsubscribe", &[]);
    let sent = (0..20).map(|number| push.send_to(if number % 2 == 0 { &app } else { &replica }));
    for answer in join_all(sent).await {
        assert!(answer.is_success(), "{}", answer.page.text());
    }
    // One process has one count of both.
    assert_eq!(repeats(&app).await - before, 19.0);
}

#[actix_web::test]
async fn a_timestamp_and_nonce_fit_one_message() {
    let (_folder, builder) = with_rules(plain(), DEFAULT);
    let app = builder.start().await;
    let now = app.clock.now().unix_seconds();
    let first = app.push_text("oFan", "hi", 1).at(now, "17");
    assert_eq!(first.send().await.text(), "taken");
    assert_eq!(first.send().await.text(), "taken", "the same again is a duplicate");
    // The plain signature does not cover the body.
    let forged = app
        .push_change("user_authorization_cancellation", "oFan", "")
        .at(now, "17");
    assert_eq!(forged.send().await.page.status, 403);
    let replica = app.replica().await;
    assert_eq!(forged.send_to(&replica).await.page.status, 403);
}

#[actix_web::test]
async fn a_nonce_of_a_repeated_push_is_used_too() {
    let (_folder, builder) = with_rules(plain(), DEFAULT);
    let app = builder.start().await;
    let now = app.clock.now().unix_seconds();
    assert_eq!(app.push_text("oFan", "hi", 1).at(now, "1").send().await.text(), "taken");
    assert_eq!(app.push_text("oFan", "hi", 1).at(now, "2").send().await.text(), "taken");
    assert_eq!(
        app.push_text("oFan", "other", 2).at(now, "2").send().await.page.status,
        403
    );
}

#[actix_web::test]
async fn events_of_one_second_that_differ_are_no_duplicates() {
    let (_folder, builder) = with_rules(plain(), "[[reply]]\non = \"menu\"\nkey = \"A\"\ntext = \"a\"\n");
    let app = builder.start().await;
    assert_eq!(
        app.push_event("oFan", "CLICK", &[("EventKey", "A")])
            .send()
            .await
            .text(),
        "a"
    );
    assert!(
        app.push_event("oFan", "CLICK", &[("EventKey", "B")])
            .send()
            .await
            .is_success()
    );
}

#[actix_web::test]
async fn what_was_signed_for_a_verification_or_for_garbage_is_good_for_nothing_else() {
    let app = plain().start().await;
    let fan = app.platform.fan("小明").await;
    app.registered(&fan).await;
    let now = app.clock.now().unix_seconds();
    let url = |nonce: &str| {
        let timestamp = now.to_string();
        let signature = signature(&[TOKEN, &timestamp, nonce]);
        app.at(&format!(
            "/wechat/push?signature={signature}&timestamp={timestamp}&nonce={nonce}"
        ))
    };
    for _ in 0..2 {
        let page = app.browser().get(&format!("{}&echostr=123", url("1"))).await;
        assert_eq!((page.status, page.text().as_str()), (200, "123"));
    }
    assert_eq!(post(&url("2"), "garbage").await.text(), "success");
    for nonce in ["1", "2"] {
        let forged = app
            .push_change("user_authorization_cancellation", &fan, "")
            .at(now, nonce);
        assert_eq!(forged.send().await.page.status, 403, "{nonce}");
    }
    assert_eq!(app.rows(Some(&fan)).await, 1);
}

#[actix_web::test]
async fn a_push_that_comes_again_after_an_erasure_causes_nothing() {
    let app = plain().start().await;
    let fan = app.platform.fan("小明").await;
    app.registered(&fan).await;
    let follow = app.push_event(&fan, "subscribe", &[]);
    assert!(follow.send().await.is_success());
    app.clock.advance(1);
    let closed = app.push_change("user_authorization_cancellation", &fan, "");
    assert!(closed.send().await.is_success());
    let before = repeats(&app).await;
    assert!(follow.send().await.is_success());
    assert_eq!(repeats(&app).await - before, 1.0);
}

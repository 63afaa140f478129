//! What fans do, and what the account is told.

use actix_web::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{AccountServer, Answer, wired};
use crate::support::{TestSandbox, post, stable_token, text};

async fn act(sandbox: &TestSandbox, fan: &Value, action: &str, body: Value) -> Value {
    let path = format!("fans/{}/{action}", text(fan, "openid"));
    let done = sandbox.control(Method::POST, &path, body).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    done.json()
}

fn has(server: &AccountServer, parts: &[&str]) {
    let body = server.last().body;
    for part in parts {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[actix_web::test]
async fn a_fan_unfollows_and_follows_and_the_account_is_told() {
    let (sandbox, server) = wired(Answer::Body(200, "success")).await;
    let fan = sandbox.fan("阿桃").await;
    let done = act(&sandbox, &fan, "unfollow", json!({})).await;
    assert_eq!(done["fan"]["subscribe"], false);
    has(&server, &["<Event><![CDATA[unsubscribe]]>", text(&fan, "openid")]);
    let done = act(&sandbox, &fan, "follow", json!({"scene": "ADD_SCENE_PROFILE_CARD"})).await;
    assert_eq!(
        (&done["fan"]["subscribe"], &done["fan"]["subscribe_scene"]),
        (&json!(true), &json!("ADD_SCENE_PROFILE_CARD"))
    );
    assert!(done["fan"]["subscribe_time"].as_i64() > fan["subscribe_time"].as_i64());
    has(&server, &["<Event><![CDATA[subscribe]]>", "<EventKey><![CDATA[]]>"]);
    assert_eq!(done["push"]["taken"], true);
}

#[actix_web::test]
async fn a_scan_of_a_follower_is_a_scan_and_of_anybody_else_a_follow() {
    let (sandbox, server) = wired(Answer::Body(200, "success")).await;
    let (fan, token) = (sandbox.fan("阿桃").await, stable_token(&sandbox).await);
    let code =
        json!({"expire_seconds": 60, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "摊位7"}}});
    let ticket = text(&post(&sandbox, "qrcode/create", &token, code).await.json(), "ticket").to_owned();
    act(&sandbox, &fan, "scan", json!({ "ticket": ticket })).await;
    has(
        &server,
        &[
            "<Event><![CDATA[SCAN]]>",
            "<EventKey><![CDATA[摊位7]]>",
            &format!("<Ticket><![CDATA[{ticket}]]>"),
        ],
    );
    act(&sandbox, &fan, "unfollow", Value::Null).await;
    let done = act(&sandbox, &fan, "scan", json!({ "scene": "摊位7" })).await;
    has(
        &server,
        &[
            "<Event><![CDATA[subscribe]]>",
            "<EventKey><![CDATA[qrscene_摊位7]]>",
            &ticket,
        ],
    );
    assert_eq!(
        (&done["fan"]["subscribe_scene"], &done["fan"]["qr_scene"]),
        (&json!("ADD_SCENE_QR_CODE"), &json!("摊位7"))
    );
    sandbox.advance(61).await;
    let path = format!("fans/{}/scan", text(&fan, "openid"));
    let expired = sandbox.control(Method::POST, &path, json!({ "ticket": ticket })).await;
    assert_eq!(expired.status, StatusCode::BAD_REQUEST);
    act(&sandbox, &fan, "scan", json!({ "scene": "另一个" })).await;
    has(&server, &["<EventKey><![CDATA[另一个]]>", "<Ticket>"]);
}

#[actix_web::test]
async fn a_withdrawal_ends_the_tokens_and_names_its_codes() {
    let (sandbox, server) = wired(Answer::Body(200, "success")).await;
    let fan = sandbox.fan("阿桃").await;
    let tokens = sandbox.tokens(&fan, "snsapi_userinfo").await;
    act(&sandbox, &fan, "withdraw", json!({"codes": ["205", "207"]})).await;
    has(
        &server,
        &[
            "<Event><![CDATA[user_authorization_revoke]]>",
            "<RevokeInfo><![CDATA[205,207]]>",
            &format!("<OpenID><![CDATA[{}]]>", text(&fan, "openid")),
        ],
    );
    assert_ne!(server.last().parameter("openid"), text(&fan, "openid"));
    assert_eq!(sandbox.userinfo(&tokens).await.errcode(), 42001);
    assert_eq!(sandbox.refresh(&tokens).await.errcode(), 42002);
    let again = sandbox.tokens(&fan, "snsapi_userinfo").await;
    assert_eq!(sandbox.userinfo(&again).await.errcode(), 0);
    act(&sandbox, &fan, "withdraw", json!({})).await;
    has(&server, &["<RevokeInfo><![CDATA[205]]>"]);
}

#[actix_web::test]
async fn a_closed_account_is_gone() {
    let (sandbox, server) = wired(Answer::Body(200, "success")).await;
    let fan = sandbox.fan("阿桃").await;
    let tokens = sandbox.tokens(&fan, "snsapi_userinfo").await;
    let done = act(&sandbox, &fan, "close", json!({})).await;
    assert_eq!(done["fan"]["openid"], fan["openid"]);
    has(
        &server,
        &[
            "<Event><![CDATA[user_authorization_cancellation]]>",
            text(&fan, "openid"),
        ],
    );
    let path = format!("/sandbox/fans/{}", text(&fan, "openid"));
    assert_eq!(sandbox.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_ne!(sandbox.userinfo(&tokens).await.errcode(), 0);
    assert_ne!(sandbox.refresh(&tokens).await.errcode(), 0);
}

#[actix_web::test]
async fn a_profile_that_the_platform_cleared_is_another() {
    let (sandbox, server) = wired(Answer::Body(200, "success")).await;
    let fan = sandbox.fan("坏名字").await;
    let done = act(&sandbox, &fan, "modified", json!({})).await;
    assert_eq!(
        (&done["fan"]["nickname"], &done["fan"]["headimgurl"]),
        (&json!("微信用户"), &json!(""))
    );
    has(
        &server,
        &["<Event><![CDATA[user_info_modified]]>", text(&fan, "openid")],
    );
    assert!(!server.last().body.contains("坏名字"));
}

#[actix_web::test]
async fn a_fan_writes_and_clicks_and_the_account_may_write() {
    let (sandbox, server) = wired(Answer::Echo).await;
    let fan = sandbox.fan("阿桃").await;
    let said = act(&sandbox, &fan, "say", json!({"text": "你好"})).await;
    assert_eq!(said["push"]["reply"]["text"], "echo");
    let clicked = act(
        &sandbox,
        &fan,
        "click",
        json!({"key": "balance", "options": {"copies": 2}}),
    )
    .await;
    assert_eq!(clicked["push"]["tries"].as_array().unwrap().len(), 2);
    has(&server, &["<Event><![CDATA[CLICK]]>", "<EventKey><![CDATA[balance]]>"]);
    assert_eq!(
        sandbox
            .get(&format!("/sandbox/fans/{}", text(&fan, "openid")))
            .await
            .json()["window"]["messages_left"],
        3
    );
}

#[actix_web::test]
async fn without_a_url_only_the_fan_changes_and_what_is_wrong_changes_nothing() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("阿桃").await;
    let done = act(&sandbox, &fan, "unfollow", Value::Null).await;
    assert_eq!(
        (&done["push"], &done["fan"]["subscribe"]),
        (&Value::Null, &json!(false))
    );
    let path = |action: &str| format!("fans/{}/{action}", text(&fan, "openid"));
    for (path, body, status) in [
        (path("follow"), json!({"codes": "205"}), 400),
        (path("follow"), json!({"options": {"copies": 0}}), 400),
        (path("follow"), json!([1]), 400),
        (path("say"), json!({}), 400),
        (path("scan"), json!({}), 400),
        ("fans/nobody/follow".to_owned(), json!({}), 404),
        (path("dance"), json!({}), 404),
    ] {
        let refused = sandbox.control(Method::POST, &path, body).await;
        assert_eq!(refused.status.as_u16(), status, "{path} {}", refused.text());
    }
    let fan = sandbox
        .get(&format!("/sandbox/{}", path("").trim_end_matches('/')))
        .await
        .json();
    assert_eq!(fan["subscribe"], false);
}

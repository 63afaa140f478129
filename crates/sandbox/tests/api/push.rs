//! Pushes to the account's server, whose answers each test chooses.

mod fans;
mod page;
mod server;

use actix_web::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestSandbox, text};
use server::{AccountServer, Answer};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// A sandbox that pushes to a server.
async fn wired(answer: Answer) -> (TestSandbox, AccountServer) {
    let (sandbox, server) = (TestSandbox::new().await, AccountServer::start(answer));
    let push = json!({"push": {"url": server.url, "token": "pamtest", "encoding_aes_key": KEY, "timeout_ms": 500}});
    let set = sandbox.control(Method::PATCH, "settings", push).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text());
    (sandbox, server)
}

async fn push(sandbox: &TestSandbox, request: Value) -> Value {
    let sent = sandbox.control(Method::POST, "push", request).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text());
    sent.json()
}

#[actix_web::test]
async fn a_text_is_pushed_in_each_mode_and_a_reply_is_read() {
    let (sandbox, server) = wired(Answer::Echo).await;
    let fan = sandbox.fan("阿桃").await;
    for mode in ["plain", "compatible", "safe"] {
        let sent = push(
            &sandbox,
            json!({"fan": fan["openid"], "message": {"text": "你好"}, "mode": mode}),
        )
        .await;
        let attempt = &sent["tries"][0];
        assert_eq!(
            (&sent["taken"], &sent["fault_shown"]),
            (&json!(mode != "safe"), &json!(mode == "safe")),
            "{sent}"
        );
        let request = server.last();
        assert!(request.is_signed("pamtest") && request.parameter("openid") == text(&fan, "openid"));
        assert_eq!(
            request.parameter("encrypt_type"),
            if mode == "plain" { "" } else { "aes" }
        );
        assert_eq!(request.body.contains("<Encrypt>"), mode != "plain");
        assert_eq!(request.body.contains("你好"), mode != "safe");
        if mode == "safe" {
            assert!(text(attempt, "fault").contains("sealed"), "{sent}");
        } else {
            assert_eq!(sent["reply"]["text"], "echo");
        }
    }
}

#[actix_web::test]
async fn without_an_answer_there_are_three_tries_each_with_a_nonce_of_its_own() {
    let (sandbox, server) = wired(Answer::Nothing).await;
    let sent = push(&sandbox, json!({"fan": "阿橙", "message": {"text": "在吗"}})).await;
    let tries = sent["tries"].as_array().unwrap();
    assert_eq!(tries.len(), 3);
    assert_eq!((&sent["taken"], &sent["fault_shown"]), (&json!(false), &json!(true)));
    for each in tries {
        assert!(
            each["status"].is_null() && text(each, "fault").contains("500 ms"),
            "{each}"
        );
    }
    let requests = server.all();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.body == requests[0].body));
    assert_ne!(requests[0].parameter("nonce"), requests[1].parameter("nonce"));
}

#[actix_web::test]
async fn a_status_of_500_is_tried_again_and_a_wrong_body_is_not() {
    let (sandbox, server) = wired(Answer::Body(500, "")).await;
    let event = json!({"fan": "阿橙", "event": "unsubscribe"});
    let sent = push(&sandbox, event.clone()).await;
    assert_eq!(sent["tries"].as_array().unwrap().len(), 3);
    assert_eq!(sent["fault_shown"], false, "an unsubscribe shows nothing");
    server.answer(Answer::Body(200, "{\"text\":\"hi\"}"));
    let sent = push(&sandbox, json!({"fan": "阿橙", "message": {"text": "在吗"}})).await;
    assert_eq!(
        (sent["tries"].as_array().unwrap().len(), &sent["fault_shown"]),
        (1, &json!(true))
    );
    server.answer(Answer::Body(200, "success"));
    assert_eq!(push(&sandbox, event).await["taken"], true);
}

#[actix_web::test]
async fn copies_share_the_message_and_where_it_is_wanted_the_nonce() {
    let (sandbox, server) = wired(Answer::Body(200, "success")).await;
    let request = json!({"fan": "阿橙", "message": {"text": "1"}, "copies": 4, "same_nonce": true, "mode": "safe"});
    let sent = push(&sandbox, request).await;
    assert_eq!(sent["tries"].as_array().unwrap().len(), 4);
    let requests = server.all();
    let nonces: std::collections::BTreeSet<_> = requests.iter().map(|each| each.parameter("nonce")).collect();
    let bodies: std::collections::BTreeSet<_> = requests.iter().map(|each| each.body.clone()).collect();
    assert_eq!((nonces.len(), bodies.len()), (1, 4), "sealed anew, with the same nonce");
}

#[actix_web::test]
async fn stale_and_wrongly_signed_pushes_can_be_sent() {
    let (sandbox, server) = wired(Answer::Body(403, "")).await;
    let request = json!({"fan": "阿橙", "event": "CLICK", "fields": {"EventKey": "k"}, "tries": 1});
    let mut wrong = request.clone();
    wrong["wrong_signature"] = true.into();
    push(&sandbox, wrong).await;
    assert!(!server.last().is_signed("pamtest"));
    let mut stale = request;
    stale["timestamp_offset"] = (-3600).into();
    let sent = push(&sandbox, stale).await;
    let timestamp: i64 = text(&sent["tries"][0], "timestamp").parse().unwrap();
    assert_eq!(timestamp, sent["at"].as_i64().unwrap() - 3600);
    assert!(server.last().is_signed("pamtest"));
}

#[actix_web::test]
async fn the_url_is_verified_as_the_console_does() {
    let (sandbox, server) = wired(Answer::Echostr("")).await;
    let verify = async |options| sandbox.control(Method::POST, "push/verify", options).await.json();
    assert_eq!(verify(json!({})).await["ok"], true);
    assert!(server.last().is_signed("pamtest") && server.last().method == "GET");
    server.answer(Answer::Echostr("\n"));
    assert_eq!(verify(json!({})).await["ok"], false);
    verify(json!({"wrong_signature": true})).await;
    assert!(!server.last().is_signed("pamtest"));
}

#[actix_web::test]
async fn what_is_missing_is_named() {
    let sandbox = TestSandbox::new().await;
    let request = json!({"fan": "阿橙", "message": {"text": "1"}});
    let nowhere = sandbox.control(Method::POST, "push", request.clone()).await;
    assert_eq!(nowhere.status, StatusCode::CONFLICT);
    assert!(nowhere.text().contains("no URL") && nowhere.text().contains("/sandbox/settings"));
    let (sandbox, _server) = wired(Answer::Body(200, "success")).await;
    for (request, status, detail) in [
        (json!({"message": {"text": "1"}}), 400, "fan is missing"),
        (json!({"fan": "nobody", "message": {"text": "1"}}), 404, "no fan"),
        (json!({"fan": "阿橙"}), 400, "one of message"),
        (
            json!({"fan": "阿橙", "message": {"image": "x"}}),
            400,
            "object of fields",
        ),
        (json!({"fan": "阿橙", "event": "SCAN", "copies": 0}), 400, "copies"),
        (json!({"fan": "阿橙", "event": "SCAN", "fields": {" a": 1}}), 400, "XML"),
    ] {
        let refused = sandbox.control(Method::POST, "push", request).await;
        assert_eq!(refused.status.as_u16(), status, "{detail}");
        assert!(refused.text().contains(detail), "{}", refused.text());
    }
    let without_key = json!({"push": {"encoding_aes_key": null, "mode": "safe"}});
    sandbox.control(Method::PATCH, "settings", without_key).await;
    let keyless = sandbox.control(Method::POST, "push", request).await;
    assert!(keyless.text().contains("EncodingAESKey"), "{}", keyless.text());
    let shown = sandbox.get("/sandbox/settings").await.text();
    assert!(shown.contains("\"has_token\":true") && !shown.contains("pamtest"));
}

#[actix_web::test]
async fn pushes_are_in_the_log_until_it_is_cleared() {
    let (sandbox, _server) = wired(Answer::Body(200, "success")).await;
    let raw = push(&sandbox, json!({"xml": "<xml><a/></xml>"})).await;
    push(&sandbox, json!({"fan": "阿橙", "event": "VIEW"})).await;
    let listed = sandbox.get("/sandbox/push").await.json();
    assert_eq!((&listed[0]["kind"], &listed[1]), (&json!("event/VIEW"), &raw));
    assert_eq!(sandbox.get("/sandbox/requests").await.json()["pushes"], listed);
    sandbox.control(Method::DELETE, "requests", Value::Null).await;
    assert_eq!(sandbox.get("/sandbox/push").await.json(), json!([]));
}

#[actix_web::test]
async fn a_message_lets_the_account_write() {
    let (sandbox, _server) = wired(Answer::Body(200, "success")).await;
    let fan = sandbox.fan("阿桃").await;
    push(&sandbox, json!({"fan": fan["openid"], "message": {"text": "1"}})).await;
    let fan = sandbox
        .get(&format!("/sandbox/fans/{}", text(&fan, "openid")))
        .await
        .json();
    assert_eq!(fan["window"]["messages_left"], 5);
}

//! `cgi-bin/stable_token`: the account's token.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{APP_ID, APP_SECRET, Response, TestSandbox, read, text};

async fn ask(sandbox: &TestSandbox, body: Value) -> Response {
    let request = sandbox.request(Method::POST, "/cgi-bin/stable_token");
    read(request.send_json(&body).await.unwrap()).await
}

fn request() -> Value {
    json!({"grant_type":"client_credential","appid":APP_ID,"secret":APP_SECRET,"force_refresh":false})
}

#[actix_web::test]
async fn the_stable_token_is_the_same_until_its_last_minutes() {
    let sandbox = TestSandbox::new().await;
    let first = ask(&sandbox, request()).await.json();
    assert_eq!(first["expires_in"], 7200);
    sandbox.advance(6800).await;
    let second = ask(&sandbox, request()).await.json();
    assert_eq!(second["access_token"], first["access_token"]);
    assert!(second["expires_in"].as_i64().unwrap() <= 400);
    sandbox.advance(200).await;
    let third = ask(&sandbox, request()).await.json();
    assert_ne!(text(&third, "access_token"), text(&first, "access_token"));
    let mut forced = request();
    forced["force_refresh"] = json!(true);
    assert_ne!(
        ask(&sandbox, forced).await.json()["access_token"],
        third["access_token"]
    );
}

#[actix_web::test]
async fn a_request_for_the_stable_token_is_refused_as_documented() {
    let sandbox = TestSandbox::new().await;
    for (key, value, errcode) in [
        ("appid", "", 41002),
        ("appid", "wx00000000000000ff", 40013),
        ("secret", "", 41004),
        ("secret", "wrong", 40125),
        ("grant_type", "authorization_code", 40002),
    ] {
        let mut body = request();
        body[key] = value.into();
        assert_eq!(ask(&sandbox, body).await.errcode(), errcode, "{key}");
    }
    assert_eq!(sandbox.get("/cgi-bin/stable_token").await.errcode(), 43002);
    assert_eq!(ask(&sandbox, json!("no object")).await.errcode(), 47001);
    sandbox
        .fault("stable_token", json!({"kind":"errcode","errcode":40164}))
        .await;
    assert!(ask(&sandbox, request()).await.text().contains("203.0.113.7"));
}

#[actix_web::test]
async fn the_header_date_follows_the_sandbox_s_clock() {
    let sandbox = TestSandbox::new().await;
    let date = async || {
        let response = ask(&sandbox, request()).await;
        let date: actix_web::http::header::HttpDate = response.header("date").unwrap().parse().unwrap();
        std::time::SystemTime::from(date)
    };
    let before = date().await;
    sandbox.advance(3600).await;
    assert!(date().await.duration_since(before).unwrap().as_secs() >= 3600);
}

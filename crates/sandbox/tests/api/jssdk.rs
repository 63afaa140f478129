//! The stand-in for the JS-SDK file: it checks what pages sign.

use actix_web::http::Method;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::support::{APP_ID, Response, TestSandbox, read, stable_token, text};

const PAGE: &str = "http://localhost:8080/photos?from=singlemessage";

async fn verify(sandbox: &TestSandbox, config: &Value) -> Value {
    let request = sandbox.request(Method::POST, "/open/jssdk/verify");
    read(request.send_body(config.to_string()).await.unwrap()).await.json()
}

async fn get(sandbox: &TestSandbox, path: &str) -> Response {
    sandbox.get(path).await
}

fn config(ticket: &str, url: &str) -> Value {
    let text = format!("jsapi_ticket={ticket}&noncestr=abc&timestamp=1414587457&url={url}");
    let signature = hex::encode(Sha1::digest(text));
    json!({ "appId": APP_ID, "timestamp": 1_414_587_457, "nonceStr": "abc", "signature": signature, "url": url })
}

async fn ticket(sandbox: &TestSandbox) -> String {
    let token = stable_token(sandbox).await;
    let path = format!("/cgi-bin/ticket/getticket?type=jsapi&access_token={token}");
    text(&get(sandbox, &path).await.json(), "ticket").to_owned()
}

#[actix_web::test]
async fn a_signature_is_checked_against_ticket_nonce_timestamp_and_page() {
    let sandbox = TestSandbox::new().await;
    let ticket = ticket(&sandbox).await;
    let right = config(&ticket, PAGE);
    assert_eq!(verify(&sandbox, &right).await["errMsg"], "config:ok");
    let other = config("another ticket", PAGE);
    assert_eq!(verify(&sandbox, &other).await["errMsg"], "config:invalid signature");
    for (field, wrong) in [
        ("appId", json!("wx0000000000000009")),
        ("timestamp", json!(1_414_587_458)),
        ("nonceStr", json!("abd")),
        ("url", json!("http://localhost:8080/photos")),
    ] {
        let mut config = right.clone();
        config[field] = wrong;
        assert_eq!(
            verify(&sandbox, &config).await["errMsg"],
            "config:invalid signature",
            "{field}"
        );
    }
    assert_eq!(
        verify(&sandbox, &json!({ "appId": APP_ID })).await["errMsg"],
        "config:fail"
    );
}

#[actix_web::test]
async fn a_page_of_another_host_is_told_so() {
    let sandbox = TestSandbox::new().await;
    let foreign = config(&ticket(&sandbox).await, "https://evil.example/");
    assert_eq!(
        verify(&sandbox, &foreign).await["errMsg"],
        "config:fail, invalid url domain"
    );
}

#[actix_web::test]
async fn an_uploaded_picture_is_temporary_media() {
    let sandbox = TestSandbox::new().await;
    let request = sandbox.request(Method::POST, "/open/jssdk/upload?type=image/png");
    let answer = read(request.send_body("picture").await.unwrap()).await.json();
    let token = stable_token(&sandbox).await;
    let id = text(&answer, "serverId");
    let path = format!("/cgi-bin/media/get?access_token={token}&media_id={id}");
    let file = get(&sandbox, &path).await;
    assert_eq!(file.body, b"picture");
}

#[actix_web::test]
async fn the_file_is_a_script() {
    let sandbox = TestSandbox::new().await;
    let file = get(&sandbox, "/open/js/jweixin-1.6.0.js").await;
    assert_eq!(file.status, 200);
    assert!(
        file.header("content-type")
            .is_some_and(|kind| kind.starts_with("text/javascript"))
    );
}

//! Faults on request.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use actix_web::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestSandbox, link, text};

/// What a plain socket reads until the other side closes or nothing comes for `patience`.
async fn raw(sandbox: &TestSandbox, path: &str, patience: Duration) -> Vec<u8> {
    let (host, path) = (sandbox.url.trim_start_matches("http://").to_owned(), path.to_owned());
    actix_web::web::block(move || {
        let mut socket = TcpStream::connect(&host).unwrap();
        socket.set_read_timeout(Some(patience)).unwrap();
        write!(socket, "GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = socket.read(&mut buffer) {
            read.extend_from_slice(&buffer[..count]);
        }
        read
    })
    .await
    .unwrap()
}

async fn with_tokens() -> (TestSandbox, Value) {
    let sandbox = TestSandbox::new().await;
    let tokens = sandbox.tokens(&sandbox.fan("小舟🚣").await, "snsapi_userinfo").await;
    (sandbox, tokens)
}

#[actix_web::test]
async fn an_error_code_is_returned_as_often_as_requested_and_spends_no_code() {
    let sandbox = TestSandbox::new().await;
    let code = sandbox.code(&sandbox.fan("卯").await, "snsapi_base").await;
    sandbox.fault("access_token", json!([{"kind":"errcode","errcode":-1,"times":1},{"kind":"errcode","errcode":45011,"errmsg":"slower","times":1}])).await;
    assert_eq!(sandbox.exchange(&code).await.errcode(), -1);
    let second = sandbox.exchange(&code).await.json();
    assert_eq!(second["errcode"], 45011);
    assert!(text(&second, "errmsg").starts_with("slower, rid: "));
    assert_eq!(sandbox.exchange(&code).await.errcode(), 0);
}

#[actix_web::test]
async fn a_delay_delays_and_the_response_is_good() {
    let (sandbox, tokens) = with_tokens().await;
    sandbox.fault("auth", json!({"kind":"delay","ms":150,"times":1})).await;
    let begun = Instant::now();
    assert_eq!(sandbox.auth(&tokens).await.errcode(), 0);
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[actix_web::test]
async fn down_is_a_502_with_a_page() {
    let (sandbox, tokens) = with_tokens().await;
    sandbox.fault("userinfo", json!({"kind":"down","delay_ms":1})).await;
    for _ in 0..2 {
        let down = sandbox.userinfo(&tokens).await;
        assert_eq!(
            (down.status, down.header("content-type")),
            (StatusCode::BAD_GATEWAY, Some("text/html"))
        );
    }
    sandbox.control(Method::DELETE, "faults/userinfo", json!({})).await;
    assert_eq!(sandbox.userinfo(&tokens).await.errcode(), 0);
}

#[actix_web::test]
async fn garbage_is_of_the_requested_kind() {
    let (sandbox, tokens) = with_tokens().await;
    let corrupted = async |body: &str| {
        sandbox
            .fault("userinfo", json!({"kind":"garbage","body":body,"times":1}))
            .await;
        sandbox.userinfo(&tokens).await
    };
    let html = corrupted("html").await;
    assert_eq!(
        (html.status, html.header("content-type")),
        (StatusCode::OK, Some("text/html"))
    );
    assert!(html.text().starts_with("<!DOCTYPE html>"));
    assert!(corrupted("empty").await.body.is_empty());
    assert!(serde_json::from_slice::<Value>(&corrupted("not_json").await.body).is_err());
    let huge = corrupted("huge").await;
    assert!(huge.body.len() > 20_000_000 && huge.header("content-length").is_none());
    assert!(huge.json().is_object());
    let broken = corrupted("invalid_utf8").await;
    assert!(String::from_utf8(broken.body.clone()).is_err());
    let lossy: Value = serde_json::from_str(&String::from_utf8_lossy(&broken.body)).unwrap();
    assert!(text(&lossy, "nickname").ends_with("小舟🚣") && lossy["openid"] == tokens["openid"]);
    assert!(corrupted("no_openid").await.json().get("openid").is_none());
    let other = corrupted("other_openid").await.json();
    assert!(other["openid"] != tokens["openid"] && text(&other, "openid").len() == 28);
    assert_eq!(other["nickname"], "小舟🚣");
}

#[actix_web::test]
async fn garbage_at_the_exchange_spends_the_code() {
    let sandbox = TestSandbox::new().await;
    let code = sandbox.code(&sandbox.fan("辰").await, "snsapi_base").await;
    sandbox
        .fault(
            "access_token",
            json!({"kind":"garbage","body":"invalid_utf8","times":1}),
        )
        .await;
    assert!(String::from_utf8(sandbox.exchange(&code).await.body).is_err());
    assert_eq!(sandbox.exchange(&code).await.errcode(), 40163);
}

#[actix_web::test]
async fn a_cut_response_ends_in_the_middle() {
    let (sandbox, tokens) = with_tokens().await;
    let path = crate::support::token_path("/sns/userinfo", &tokens);
    sandbox.fault("userinfo", json!({"kind":"cut","times":1})).await;
    let read = String::from_utf8_lossy(&raw(&sandbox, &path, Duration::from_secs(5)).await).into_owned();
    let (head, body) = read.split_once("\r\n\r\n").unwrap();
    let promised: usize = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")
                .map(|n| n.parse().unwrap())
        })
        .unwrap();
    assert!(!body.is_empty() && body.len() < promised, "{read}");

    sandbox
        .fault("userinfo", json!({"kind":"cut","at":"start","times":1}))
        .await;
    assert_eq!(raw(&sandbox, &path, Duration::from_secs(5)).await, b"");
    assert_eq!(sandbox.userinfo(&tokens).await.errcode(), 0);
}

#[actix_web::test]
async fn a_hanging_response_never_comes_or_stops_after_its_headers() {
    let (sandbox, tokens) = with_tokens().await;
    let path = crate::support::token_path("/sns/auth", &tokens);
    sandbox
        .fault(
            "auth",
            json!([{"kind":"hang","times":1},{"kind":"hang","at":"body","times":1}]),
        )
        .await;
    assert_eq!(raw(&sandbox, &path, Duration::from_millis(300)).await, b"");
    let headers = raw(&sandbox, &path, Duration::from_millis(300)).await;
    assert!(headers.starts_with(b"HTTP/1.1 200 OK\r\n") && headers.ends_with(b"\r\n\r\n"));
    assert_eq!(sandbox.auth(&tokens).await.errcode(), 0);
}

#[actix_web::test]
async fn the_authorize_page_can_fail_too() {
    let sandbox = TestSandbox::new().await;
    sandbox
        .fault(
            "authorize",
            json!([{"kind":"errcode","errcode":10009,"times":1},{"kind":"down","times":1}]),
        )
        .await;
    assert!(sandbox.get(&link("snsapi_base", "")).await.text().contains("10009"));
    assert_eq!(
        sandbox.get(&link("snsapi_base", "")).await.status,
        StatusCode::BAD_GATEWAY
    );
    assert!(sandbox.get(&link("snsapi_base", "")).await.text().contains("小鹿🦌"));
}

//! The platform's client alone: the five steps of the web authorization, and what can go wrong in each.

use std::{io::Write, time::Duration};

use fanpass::{
    clients::wechat::{ErrorClass, Grant, PlatformError, TlsConfig, WeChatClient},
    domain::{AppId, AuthorizationCode, Deadline, OpenId},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use crate::support::{APP_ID, APP_SECRET, CannedPlatform, Platform, counted};

fn client_at(url: &str, secret: &str) -> WeChatClient {
    let tls = TlsConfig::with_mozilla_roots().unwrap();
    let (url, app_id) = (Url::parse(url).unwrap(), AppId::parse(APP_ID).unwrap());
    WeChatClient::new(&tls, url, app_id, SecretString::from(secret), Duration::from_secs(5))
}

fn client_with(platform: &Platform, secret: &str) -> WeChatClient {
    client_at(&platform.url, secret)
}

fn client(platform: &Platform) -> WeChatClient {
    client_with(platform, APP_SECRET)
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(3))
}

async fn code(platform: &Platform, fan: &str, scope: &str) -> AuthorizationCode {
    let made = platform
        .control("POST", "codes", json!({ "fan": fan, "scope": scope }))
        .await;
    AuthorizationCode::parse(made["code"].as_str().unwrap()).unwrap()
}

async fn grant(platform: &Platform, fan: &str) -> Grant {
    let code = code(platform, fan, "snsapi_userinfo").await;
    client(platform).exchange(&code, soon()).await.unwrap()
}

fn number(error: &PlatformError) -> i64 {
    match error {
        PlatformError::Refused { errcode, .. } => *errcode,
        other => panic!("not a refusal: {other}"),
    }
}

#[actix_web::test]
async fn a_code_becomes_a_grant_a_profile_and_a_new_pair() {
    let platform = Platform::start();
    let fan = platform.fan("小雨🌧️").await;
    let client = client(&platform);
    let grant = grant(&platform, &fan).await;
    assert_eq!(
        (grant.openid.as_str(), grant.expires_in, grant.is_snapshot),
        (fan.as_str(), 7200, false)
    );
    let profile = client
        .userinfo(&grant.openid, &grant.access_token, soon())
        .await
        .unwrap();
    assert_eq!((profile.nickname.as_str(), &profile.openid), ("小雨🌧️", &grant.openid));
    assert!(profile.avatar_url.starts_with("http"));
    assert!(client.check(&grant.openid, &grant.access_token, soon()).await.unwrap());
    let renewed = client
        .refresh(&grant.openid, &grant.refresh_token, soon())
        .await
        .unwrap();
    assert_eq!(renewed.openid, grant.openid);
    assert!(
        client
            .check(&renewed.openid, &renewed.access_token, soon())
            .await
            .unwrap()
    );
}

#[actix_web::test]
async fn a_code_is_good_once_and_for_five_minutes() {
    let platform = Platform::start();
    let fan = platform.fan("小雨").await;
    let client = client(&platform);
    let used = code(&platform, &fan, "snsapi_base").await;
    client.exchange(&used, soon()).await.unwrap();
    let old = code(&platform, &fan, "snsapi_base").await;
    platform
        .control("POST", "clock", json!({ "advance_seconds": 301 }))
        .await;
    let made_up = AuthorizationCode::parse("made-up").unwrap();
    for (code, errcode) in [(used, 40163), (old, 42003), (made_up, 40029)] {
        let error = client.exchange(&code, soon()).await.unwrap_err();
        assert_eq!(
            (number(&error), error.class()),
            (errcode, ErrorClass::Reauthorize),
            "{error}"
        );
    }
}

#[actix_web::test]
async fn a_wrong_account_is_a_configuration_fault_and_no_error_shows_the_secret() {
    let platform = Platform::start();
    let code = AuthorizationCode::parse("made-up-code").unwrap();
    let error = client_with(&platform, "deadbeefdeadbeefdeadbeefdeadbeef")
        .exchange(&code, soon())
        .await
        .unwrap_err();
    assert_eq!((number(&error), error.class()), (40125, ErrorClass::Configuration));
    let nobody = WeChatClient::new(
        &TlsConfig::with_mozilla_roots().unwrap(),
        Url::parse("http://127.0.0.1:1").unwrap(),
        AppId::parse(APP_ID).unwrap(),
        SecretString::from("deadbeefdeadbeefdeadbeefdeadbeef"),
        Duration::from_secs(1),
    );
    let unreachable = nobody.exchange(&code, soon()).await.unwrap_err();
    assert!(
        matches!(unreachable, PlatformError::Unreachable { .. }),
        "{unreachable}"
    );
    for error in [error, unreachable] {
        let text = format!("{error} {error:?}");
        assert!(!text.contains("made-up") && !text.contains("secret="), "{text}");
    }
}

#[actix_web::test]
async fn a_token_is_good_for_its_own_fan_only() {
    let platform = Platform::start();
    let (one, other) = (platform.fan("甲").await, platform.fan("乙").await);
    let client = client(&platform);
    let grant = grant(&platform, &one).await;
    let other = OpenId::parse(&other).unwrap();
    let error = client.userinfo(&other, &grant.access_token, soon()).await.unwrap_err();
    assert_eq!((number(&error), error.class()), (40003, ErrorClass::Reauthorize));
    assert!(!client.check(&other, &grant.access_token, soon()).await.unwrap());
    let error = client.refresh(&other, &grant.refresh_token, soon()).await.unwrap_err();
    assert!(
        matches!(error, PlatformError::Garbage { .. }),
        "another fan's pair is refused: {error}"
    );
}

#[actix_web::test]
async fn tokens_end() {
    let platform = Platform::start();
    let fan = platform.fan("小雨").await;
    let client = client(&platform);
    let grant = grant(&platform, &fan).await;
    platform
        .control(
            "POST",
            &format!("fans/{fan}/expire"),
            json!({ "access": true, "refresh": true }),
        )
        .await;
    let error = client
        .userinfo(&grant.openid, &grant.access_token, soon())
        .await
        .unwrap_err();
    assert_eq!((number(&error), error.class()), (42001, ErrorClass::TokenEnded));
    assert!(!client.check(&grant.openid, &grant.access_token, soon()).await.unwrap());
    let error = client
        .refresh(&grant.openid, &grant.refresh_token, soon())
        .await
        .unwrap_err();
    assert_eq!((number(&error), error.class()), (42002, ErrorClass::Reauthorize));
    let unknown = SecretString::from("made-up-token");
    let error = client.refresh(&grant.openid, &unknown, soon()).await.unwrap_err();
    assert_eq!((number(&error), error.class()), (40030, ErrorClass::Reauthorize));
}

#[actix_web::test]
async fn a_base_token_shows_no_profile() {
    let platform = Platform::start();
    let fan = platform.fan("小雨").await;
    let client = client(&platform);
    let code = code(&platform, &fan, "snsapi_base").await;
    let grant = client.exchange(&code, soon()).await.unwrap();
    let error = client
        .userinfo(&grant.openid, &grant.access_token, soon())
        .await
        .unwrap_err();
    assert_eq!(number(&error), 48001);
}

#[actix_web::test]
async fn an_exchange_is_not_repeated_when_the_connection_breaks_but_a_profile_is() {
    let platform = Platform::start();
    let fan = platform.fan("小雨").await;
    let client = client(&platform);
    let grant = grant(&platform, &fan).await;
    let before = platform.calls("userinfo").await;
    platform
        .fault("userinfo", json!({ "kind": "cut", "at": "start", "times": 1 }))
        .await;
    client
        .userinfo(&grant.openid, &grant.access_token, soon())
        .await
        .unwrap();
    assert_eq!(platform.calls("userinfo").await, before + 2);
    let before = platform.calls("access_token").await;
    platform
        .fault("access_token", json!({ "kind": "cut", "at": "start", "times": 1 }))
        .await;
    let code = code(&platform, &fan, "snsapi_base").await;
    let error = client.exchange(&code, soon()).await.unwrap_err();
    assert!(matches!(error, PlatformError::Unreachable { .. }), "{error}");
    assert_eq!(platform.calls("access_token").await, before + 1);
}

#[actix_web::test]
async fn a_call_ends_with_its_deadline_to_the_last_byte() {
    let platform = Platform::start();
    let fan = platform.fan("小雨").await;
    let client = client(&platform);
    for fault in [
        json!({ "kind": "hang" }),
        json!({ "kind": "hang", "at": "body" }),
        json!({ "kind": "delay", "ms": 3000 }),
    ] {
        platform.fault("access_token", fault.clone()).await;
        let code = code(&platform, &fan, "snsapi_base").await;
        let begun = std::time::Instant::now();
        let error = client
            .exchange(&code, Deadline::after(Duration::from_millis(300)))
            .await
            .unwrap_err();
        assert!(matches!(error, PlatformError::Timeout { .. }), "{fault}: {error}");
        assert!(begun.elapsed() < Duration::from_millis(1500), "{fault}");
    }
}

#[actix_web::test]
async fn a_refresh_without_a_new_refresh_token_keeps_the_old_one() {
    let platform = Platform::start();
    let fan = platform.fan("小雨").await;
    let grant = grant(&platform, &fan).await;
    let renewed = client(&platform)
        .refresh(&grant.openid, &grant.refresh_token, soon())
        .await
        .unwrap();
    assert_eq!(
        renewed.refresh_token.expose_secret(),
        grant.refresh_token.expose_secret()
    );
    platform
        .control("PATCH", "settings", json!({ "rotate_refresh_tokens": true }))
        .await;
    let rotated = client(&platform)
        .refresh(&grant.openid, &renewed.refresh_token, soon())
        .await
        .unwrap();
    assert_ne!(
        rotated.refresh_token.expose_secret(),
        grant.refresh_token.expose_secret()
    );
}

const TO_ITS_END: &str = "HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\n";
const WITHOUT_A_LENGTH: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n";

fn to_its_end(body: &[u8]) -> Vec<u8> {
    [TO_ITS_END.as_bytes(), body].concat()
}

fn without_a_length(body: &[u8]) -> Vec<u8> {
    [WITHOUT_A_LENGTH.as_bytes(), body].concat()
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut response = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for piece in body.chunks(1000) {
        response.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        response.extend_from_slice(piece);
        response.extend_from_slice(b"\r\n");
    }
    response.extend_from_slice(b"0\r\n\r\n");
    response
}

/// A grant of this many bytes.
fn grant_of(length: usize) -> Vec<u8> {
    let head = r#"{"access_token":"made-up","openid":"oMadeUp","scope":""#;
    let end = r#""}"#;
    format!("{head}{}{end}", "x".repeat(length - head.len() - end.len())).into_bytes()
}

async fn exchanged(response: Vec<u8>) -> Result<Grant, PlatformError> {
    let platform = CannedPlatform::start(move |_| response.clone());
    let code = AuthorizationCode::parse("made-up-code").unwrap();
    client_at(&platform.url, APP_SECRET).exchange(&code, soon()).await
}

#[actix_web::test]
async fn a_response_is_read_whichever_way_its_end_is_marked_up_to_64_kib() {
    for framed in [counted, chunked, to_its_end, without_a_length] {
        for length in [100, 64 * 1024] {
            let grant = exchanged(framed(&grant_of(length))).await.unwrap();
            assert_eq!(grant.openid.as_str(), "oMadeUp");
        }
        let error = exchanged(framed(&grant_of(64 * 1024 + 1))).await.unwrap_err();
        assert!(error.to_string().contains("too long"), "{error}");
    }
}

#[actix_web::test]
async fn a_response_without_a_body_is_garbage_that_says_so() {
    for empty in [counted, to_its_end, chunked, without_a_length] {
        let error = exchanged(empty(b"")).await.unwrap_err();
        assert!(error.to_string().contains("an empty body"), "{error}");
    }
    let cut = exchanged(without_a_length(&grant_of(100)[..99])).await.unwrap_err();
    assert!(matches!(cut, PlatformError::Garbage { .. }), "{cut}");
}

#[actix_web::test]
async fn a_response_whose_end_never_comes_ends_with_the_deadline() {
    for head in [
        TO_ITS_END,
        WITHOUT_A_LENGTH,
        "HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n",
    ] {
        let (done, waits) = std::sync::mpsc::channel::<()>();
        let waits = std::sync::Mutex::new(waits);
        let platform = CannedPlatform::serve(move |_, stream| {
            let _ = stream.write_all(&[head.as_bytes(), &grant_of(100)].concat());
            // Holds the connection until the test has ended.
            let _ = waits.lock().unwrap().recv();
        });
        let code = AuthorizationCode::parse("made-up-code").unwrap();
        let deadline = Deadline::after(Duration::from_millis(300));
        let error = client_at(&platform.url, APP_SECRET)
            .exchange(&code, deadline)
            .await
            .unwrap_err();
        assert!(matches!(error, PlatformError::Timeout { .. }), "{error}");
        drop(done);
    }
}

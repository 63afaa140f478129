//! The platform's client alone: the five steps of the web authorization, and what can go wrong in each.

use std::{io::Write, time::Duration};

use bytes::Bytes;
use fanpass::{
    clients::{
        fetch::Fetcher,
        wechat::{
            Download, ErrorClass, FileName, FileType, Grant, MediaId, MediaKind, PlatformError, TlsConfig, Upload,
            WeChatClient, probe_account,
        },
    },
    domain::{AppId, AuthorizationCode, Deadline, OpenId, Random},
};
use futures_util::stream::Iter;
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

async fn account_token(platform: &Platform) -> SecretString {
    let fetcher = Fetcher::new(&TlsConfig::with_mozilla_roots().unwrap(), Duration::from_secs(5));
    let (url, app_id) = (Url::parse(&platform.url).unwrap(), AppId::parse(APP_ID).unwrap());
    let probe = probe_account(&fetcher, &url, &app_id, &SecretString::from(APP_SECRET)).await;
    probe.unwrap().outcome.unwrap().value
}

type Pieces = Iter<std::vec::IntoIter<std::io::Result<Bytes>>>;

fn photo(pieces: Vec<std::io::Result<Bytes>>, length: u64) -> Upload<Pieces> {
    Upload {
        kind: MediaKind::Image,
        file_name: FileName::parse("photo.jpg").unwrap(),
        file_type: FileType::Jpeg,
        length,
        bytes: futures_util::stream::iter(pieces),
    }
}

async fn read_whole(mut download: Download) -> Result<Vec<u8>, PlatformError> {
    let mut file = Vec::new();
    while let Some(chunk) = download.chunk().await? {
        file.extend_from_slice(&chunk);
    }
    assert!(download.chunk().await.unwrap().is_none());
    Ok(file)
}

#[actix_web::test]
async fn a_file_that_is_uploaded_is_downloaded_as_it_was() {
    let platform = Platform::start();
    let (client, token) = (client(&platform), account_token(&platform).await);
    let file: Vec<u8> = (128..=250).cycle().take(300_000).collect();
    let pieces = file
        .chunks(10_007)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    let id = client
        .upload(&token, photo(pieces, 300_000), &Random::system(), soon())
        .await
        .unwrap();
    let download = client.download(&token, &id, 300_000, soon()).await.unwrap();
    assert_eq!(download.content_type(), "image/jpeg");
    assert!(read_whole(download).await.unwrap() == file);
    let error = client.download(&token, &id, 299_999, soon()).await.unwrap_err();
    assert!(error.to_string().contains("too long"), "{error}");
}

#[actix_web::test]
async fn a_file_of_another_length_is_not_uploaded() {
    let platform = Platform::start();
    let (client, token) = (client(&platform), account_token(&platform).await);
    let piece = || Ok(Bytes::from_static(b"\xff\xd8photo"));
    let broken = || Err(std::io::Error::other("made-up"));
    for (pieces, length, fault) in [
        (vec![piece()], 8, "shorter"),
        (vec![piece(), piece()], 13, "longer"),
        (vec![piece(), broken()], 14, "cannot be read"),
    ] {
        let error = client
            .upload(&token, photo(pieces, length), &Random::system(), soon())
            .await
            .unwrap_err();
        assert!(matches!(error, PlatformError::Unsent { .. }), "{error}");
        assert!(error.to_string().contains(fault), "{error}");
    }
    assert_eq!(client.health().last(), None, "the platform has no part in it");
}

#[actix_web::test]
async fn the_account_s_calls_are_repeated_after_minus_1_and_an_upload_is_not() {
    let platform = Platform::start();
    let (client, token) = (client(&platform), account_token(&platform).await);
    let busy = json!({ "kind": "errcode", "errcode": -1, "times": 1 });
    for endpoint in ["menu", "quota", "media_upload"] {
        platform.fault(endpoint, busy.clone()).await;
    }
    assert!(!client.has_menu(&token, soon()).await.unwrap());
    let limit = client.daily_limit(&token, "/cgi-bin/qrcode/create", soon()).await;
    assert_eq!(limit.unwrap(), 100_000);
    let upload = photo(vec![Ok(Bytes::from_static(b"\xff\xd8"))], 2);
    let error = client
        .upload(&token, upload, &Random::system(), soon())
        .await
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::Busy);
    for (endpoint, calls) in [("menu", 2), ("quota", 2), ("media_upload", 1)] {
        assert_eq!(platform.calls(endpoint).await, calls, "{endpoint}");
    }
}

#[actix_web::test]
async fn the_account_s_calls_fail_by_their_own_table_and_no_error_shows_the_token() {
    let platform = Platform::start();
    let (client, token) = (client(&platform), account_token(&platform).await);
    let (nobody, no_file) = (OpenId::parse("oMadeUp").unwrap(), MediaId::parse("made-up").unwrap());
    let fan = OpenId::parse(&platform.fan("小雨").await).unwrap();
    assert!(client.follows(&token, &fan, soon()).await.unwrap());
    let unknown = SecretString::from("made-up-token");
    let errors = [
        (
            client.follows(&token, &nobody, soon()).await.unwrap_err(),
            40003,
            ErrorClass::NotFound,
        ),
        (
            client.download(&token, &no_file, 9, soon()).await.unwrap_err(),
            40007,
            ErrorClass::NotFound,
        ),
        (
            client.has_menu(&unknown, soon()).await.unwrap_err(),
            40001,
            ErrorClass::TokenEnded,
        ),
        (
            client.download(&unknown, &no_file, 9, soon()).await.unwrap_err(),
            40001,
            ErrorClass::TokenEnded,
        ),
    ];
    let missing = json!({ "missing_rights": ["menu"] });
    platform.control("PATCH", "settings", missing).await;
    let no_right = (
        client.has_menu(&token, soon()).await.unwrap_err(),
        48001,
        ErrorClass::Configuration,
    );
    for (error, errcode, class) in errors.into_iter().chain([no_right]) {
        assert_eq!((number(&error), error.class()), (errcode, class));
        let text = format!("{error} {error:?}");
        assert!(
            !text.contains("made-up") && !text.contains(token.expose_secret()),
            "{text}"
        );
    }
}

async fn downloaded(response: Vec<u8>, limit: u64) -> Result<Vec<u8>, PlatformError> {
    let platform = CannedPlatform::start(move |_| response.clone());
    let (token, id) = (SecretString::from("made-up-token"), MediaId::parse("made-up").unwrap());
    let client = client_at(&platform.url, APP_SECRET);
    read_whole(client.download(&token, &id, limit, soon()).await?).await
}

fn jpeg(framing: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\nconnection: close\r\n{framing}\r\n");
    [head.as_bytes(), body].concat()
}

const PHOTO: &[u8] = b"\xff\xd8photo";

#[actix_web::test]
async fn a_file_is_whole_or_refused() {
    let counted = || jpeg("content-length: 7\r\n", PHOTO);
    let in_pieces = |end: &str| {
        jpeg(
            "transfer-encoding: chunked\r\n",
            &[b"7\r\n", PHOTO, b"\r\n", end.as_bytes()].concat(),
        )
    };
    assert_eq!(downloaded(counted(), 7).await.unwrap(), PHOTO);
    assert_eq!(downloaded(in_pieces("0\r\n\r\n"), 7).await.unwrap(), PHOTO);
    for (response, limit, words) in [
        (jpeg("content-length: 8\r\n", PHOTO), 9, "broke off"),
        (in_pieces(""), 9, "broke off"),
        (jpeg("", PHOTO), 9, "whose end is not marked"),
        (to_its_end(PHOTO), 9, "no file"),
        (counted(), 6, "too long"),
        (in_pieces("0\r\n\r\n"), 6, "too long"),
        (jpeg("content-length: 0\r\n", b""), 9, "an empty body"),
    ] {
        let error = downloaded(response, limit).await.unwrap_err();
        assert!(error.to_string().contains(words), "{words}: {error}");
    }
}

#[actix_web::test]
async fn an_error_instead_of_a_file_is_recognised_whatever_its_content_type() {
    let refusal = br#"{"errcode":40007,"errmsg":"invalid media_id"}"#;
    let as_jpeg = |body: &[u8]| jpeg(&format!("content-length: {}\r\n", body.len()), body);
    for response in [
        counted(refusal),
        as_jpeg(refusal),
        as_jpeg(&[b"\r\n ", &refusal[..]].concat()),
    ] {
        assert_eq!(number(&downloaded(response, 9).await.unwrap_err()), 40007);
    }
    for body in [b"{".as_slice(), b"<html>"] {
        let error = downloaded(counted(body), 99).await.unwrap_err();
        assert!(error.to_string().contains("no file"), "{error}");
    }
    let error = downloaded(counted(br#"{"video_url":"http://made-up"}"#), 99)
        .await
        .unwrap_err();
    assert!(error.is_video() && !error.to_string().contains("made-up"), "{error}");
    // `counted` says that it is text.
    let picture = b"\xff\xd8\xff\xe0photo";
    assert_eq!(downloaded(counted(picture), 99).await.unwrap(), picture);
}

#[actix_web::test]
async fn a_download_ends_with_its_deadline_to_the_last_byte() {
    let (done, waits) = std::sync::mpsc::channel::<()>();
    let waits = std::sync::Mutex::new(waits);
    let platform = CannedPlatform::serve(move |_, stream| {
        let _ = stream.write_all(&jpeg("content-length: 8\r\n", PHOTO));
        // Holds the connection until the test has ended.
        let _ = waits.lock().unwrap().recv();
    });
    let (token, id) = (SecretString::from("made-up-token"), MediaId::parse("made-up").unwrap());
    let deadline = Deadline::after(Duration::from_millis(300));
    let client = client_at(&platform.url, APP_SECRET);
    let mut download = client.download(&token, &id, 9, deadline).await.unwrap();
    assert_eq!(download.chunk().await.unwrap().unwrap(), PHOTO);
    let error = download.chunk().await.unwrap_err();
    assert!(matches!(error, PlatformError::Timeout { .. }), "{error}");
    drop(done);
}

#[actix_web::test]
async fn a_slow_file_arrives_whole_if_its_deadline_allows_it() {
    let platform = CannedPlatform::serve(|_, stream| {
        let _ = stream.write_all(&jpeg("content-length: 7\r\n", &PHOTO[..2]));
        std::thread::sleep(Duration::from_millis(500));
        let _ = stream.write_all(&PHOTO[2..]);
    });
    let (url, app_id) = (Url::parse(&platform.url).unwrap(), AppId::parse(APP_ID).unwrap());
    let tls = TlsConfig::with_mozilla_roots().unwrap();
    // The client's own timeout bounds the connection's beginning, not the file.
    let timeout = Duration::from_millis(200);
    let client = WeChatClient::new(&tls, url, app_id, SecretString::from(APP_SECRET), timeout);
    let (token, id) = (SecretString::from("made-up-token"), MediaId::parse("made-up").unwrap());
    let download = client.download(&token, &id, 9, soon()).await.unwrap();
    assert_eq!(read_whole(download).await.unwrap(), PHOTO);
}

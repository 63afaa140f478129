//! No fan is kept out by what phones and other systems leave in the platform's responses.

use crate::support::{Browser, CannedPlatform, Page, TestApp};

const OPENID: &str = "oMadeUp00000000000000000001";
const GRANT: &[u8] = br#"{"access_token":"made-up","expires_in":7200,"refresh_token":"made-up","openid":"oMadeUp00000000000000000001","scope":"snsapi_userinfo"}"#;
const PROFILE: &[u8] = br#"{"openid":"oMadeUp00000000000000000001","nickname":"x","headimgurl":""}"#;

async fn app_on(platform: &CannedPlatform) -> TestApp {
    TestApp::with().set("wechat.api_url", &platform.url).start().await
}

/// A registration up to its callback, with a code that this platform always accepts.
async fn try_to_register(app: &TestApp) -> (Browser, Page) {
    let browser = app.browser();
    let response = app.bring_code(&browser, "/register?next=/photos", "made-up-code").await;
    (browser, response)
}

/// A registration that succeeds.
async fn registers(app: &TestApp) {
    let (browser, response) = try_to_register(app).await;
    let text = response.text();
    assert_eq!((response.status, response.location()), (303, "/photos"), "{text}");
    assert!(browser.is_signed_in());
}

/// Registers a fan for whom the platform sends these bodies; returns the nickname that is stored.
async fn nickname_from(grant: &[u8], profile: &[u8]) -> String {
    let app = app_on(&CannedPlatform::telling(grant, profile)).await;
    registers(&app).await;
    assert_eq!(app.rows(None).await, 1);
    app.row(OPENID).await.nickname
}

#[actix_web::test]
async fn a_fan_registers_whatever_control_characters_a_phone_left_in_the_profile() {
    let nickname = "{\"openid\":\"oMadeUp00000000000000000001\",\"nickname\":\"\x14琦娅🍭\",\"sex\":2,\"language\":\"zh_CN\",\"city\":\"\",\"province\":\"\",\"country\":\"\",\"headimgurl\":\"https:\\/\\/thirdwx.qlogo.cn\\/mmopen\\/MadeUp\\/132\",\"privilege\":[]}";
    assert_eq!(nickname_from(GRANT, nickname.as_bytes()).await, "琦娅🍭");
    let city = "{\"openid\":\"oMadeUp00000000000000000001\",\"nickname\":\"ok\",\"sex\":1,\"language\":\"zh_CN\",\"city\":\"\x08\",\"province\":\"\n61\",\"country\":\"\",\"headimgurl\":\"\",\"privilege\":[]}";
    assert_eq!(nickname_from(GRANT, city.as_bytes()).await, "ok");
    let all: String = (0..0x20_u8).chain([0x7f]).map(char::from).collect();
    let raw = format!("{{\"openid\":\"{OPENID}\",\"nickname\":\"小{all}雨\",\"{all}\":\"{all}\"}}\0");
    assert_eq!(nickname_from(GRANT, raw.as_bytes()).await, "小雨");
    let escaped = format!("{{\"openid\":\"{OPENID}\",\"nickname\":\"小\\u0000\\u0014\\u007f\\n雨\"}}");
    assert_eq!(nickname_from(GRANT, escaped.as_bytes()).await, "小雨");
}

#[actix_web::test]
async fn half_an_emoji_becomes_a_replacement_character() {
    let profile = br#"{"openid":"oMadeUp00000000000000000001","nickname":"ab\ud83d","headimgurl":""}"#;
    assert_eq!(nickname_from(GRANT, profile).await, "ab\u{fffd}");
    let elsewhere =
        br#"{"openid":"oMadeUp00000000000000000001","nickname":"\ud83d\ude00","\ude00":{"\ud83d":["\ud83d"]}}"#;
    assert_eq!(nickname_from(GRANT, elsewhere).await, "😀");
}

#[actix_web::test]
async fn numbers_may_come_as_text_at_every_endpoint() {
    let grant = br#"{"access_token":"made-up","expires_in":"7200","refresh_token":"made-up","openid":"oMadeUp00000000000000000001","scope":"snsapi_base"}"#;
    assert_eq!(nickname_from(grant, PROFILE).await, "x");
    let grant = br#"{"access_token":"made-up","expires_in":" 7200.0 ","errcode":"0","refresh_token":null,"openid":"oMadeUp00000000000000000001"}"#;
    let profile = br#"{"openid":"oMadeUp00000000000000000001","nickname":17,"sex":"1","errcode":"0"}"#;
    assert_eq!(nickname_from(grant, profile).await, "17");
}

#[actix_web::test]
async fn a_refusal_whose_number_is_text_is_a_refusal() {
    let app = app_on(&CannedPlatform::telling(
        GRANT,
        br#"{"openid":"oMadeUp00000000000000000001","nickname":"x","errcode":" 45011 "}"#,
    ))
    .await;
    let (browser, response) = try_to_register(&app).await;
    assert_eq!(response.status, 503, "{}", response.text());
    assert!(!browser.is_signed_in());
    assert_eq!(app.rows(None).await, 0);
}

#[actix_web::test]
async fn blanks_around_ids_are_not_stored_and_the_fan_is_found() {
    let grant = "{\"access_token\":\" made-up\",\"openid\":\"\u{feff}oMadeUp00000000000000000001\u{3000}\"}";
    let profile = "{\"openid\":\"oMadeUp00000000000000000001 \\n\",\"nickname\":\"x\",\"headimgurl\":\"\",\"unionid\":\" uMadeUp00000000000000000001\"}";
    let app = app_on(&CannedPlatform::telling(grant.as_bytes(), profile.as_bytes())).await;
    let (_, response) = try_to_register(&app).await;
    assert_eq!(response.status, 303, "{}", response.text());
    let row = app.row(OPENID).await;
    assert_eq!(row.unionid.as_deref(), Some("uMadeUp00000000000000000001"));
    for key in ["uMadeUp00000000000000000001", OPENID] {
        let found = app.fans(&["show", key, "--json"]).await.json();
        assert_eq!(found.len(), 1, "{key}");
        assert_eq!(found[0]["openid"], OPENID);
    }
}

#[actix_web::test]
async fn the_snapshot_flag_counts_in_every_spelling() {
    for flag in ["1", "\"1\"", "\" 1 \"", "1.0", "true"] {
        let grant = format!("{{\"access_token\":\"made-up\",\"openid\":\"{OPENID}\",\"is_snapshotuser\":{flag}}}");
        let app = app_on(&CannedPlatform::telling(grant.as_bytes(), PROFILE)).await;
        let (browser, response) = try_to_register(&app).await;
        assert_eq!(response.status, 200, "{flag}: {}", response.text());
        assert!(response.text().contains("使用完整服务"), "{flag}: {}", response.text());
        assert!(!browser.is_signed_in());
        assert_eq!(app.rows(None).await, 0, "{flag}");
    }
}

#[actix_web::test]
async fn an_id_that_is_broken_inside_registers_nobody() {
    let broken = |id: &[u8]| {
        [
            b"{\"access_token\":\"made-up\",\"openid\":\"",
            id,
            b"\",\"nickname\":\"x\"}",
        ]
        .concat()
    };
    for id in [
        b"oMadeUp0000000000000\xff0000001".as_slice(),
        b"oMadeUp0000000000000\x080000001",
        br"oMadeUp0000000000000\ud83d0000001",
        b"oMadeUp0000000000000 0000001",
        b"",
    ] {
        for (grant, profile) in [(broken(id), PROFILE.to_vec()), (GRANT.to_vec(), broken(id))] {
            let app = app_on(&CannedPlatform::telling(&grant, &profile)).await;
            let (browser, response) = try_to_register(&app).await;
            assert_eq!(response.status, 502, "{id:?}");
            assert!(
                response.text().contains("/welcome"),
                "its page leads back: {}",
                response.text()
            );
            assert!(!browser.is_signed_in());
            assert_eq!(app.rows(None).await, 0);
        }
    }
}

#[actix_web::test]
async fn a_response_without_a_body_has_a_page_that_leads_back() {
    for length in ["", "content-length: 0\r\n"] {
        let response = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{length}\r\n");
        let platform = CannedPlatform::start(move |_| response.clone().into_bytes());
        let app = app_on(&platform).await;
        let (browser, page) = try_to_register(&app).await;
        assert_eq!(page.status, 502);
        assert!(page.text().contains("/welcome"), "{}", page.text());
        assert!(!browser.is_signed_in());
    }
}

#[actix_web::test]
async fn a_response_without_a_length_is_read_to_the_end_of_its_connection() {
    let platform = CannedPlatform::start(|path| {
        let body = if path == "/sns/userinfo" { PROFILE } else { GRANT };
        [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".as_slice(), body].concat()
    });
    let app = app_on(&platform).await;
    registers(&app).await;
    assert_eq!(app.row(OPENID).await.nickname, "x");
}

#[actix_web::test]
async fn a_head_is_read_however_its_lines_end_and_whatever_else_it_names() {
    for head in [
        "HTTP/1.1 200 OK\nConnection: close\n\n",
        "HTTP/1.1 200 OK\nConnection: close\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length-Hint: 9\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nConnection: close\r\n\r\n",
    ] {
        let platform = CannedPlatform::start(move |path| {
            let body = if path == "/sns/userinfo" { PROFILE } else { GRANT };
            [head.as_bytes(), body].concat()
        });
        let app = app_on(&platform).await;
        let (browser, response) = try_to_register(&app).await;
        assert_eq!(response.status, 303, "{head:?}: {}", response.text());
        assert!(browser.is_signed_in());
    }
}

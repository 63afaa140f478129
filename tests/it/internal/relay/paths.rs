//! Which paths are passed on, and tricks with them.

use std::time::Duration;

use super::{OPS_KEY, RecordingPlatform, SHOP_KEY, app_on, base, bearer, get, platform::json_answer};
use crate::support::raw;

fn platform() -> RecordingPlatform {
    RecordingPlatform::start(|_, _| json_answer("{}"))
}

/// The status of a call whose path is sent as it is written here.
async fn status(url: &str, path: &str, key: &str) -> u16 {
    let sent = format!(
        "GET /internal/wechat{path} HTTP/1.1\r\nhost: a\r\nauthorization: {}\r\nconnection: close\r\n\r\n",
        bearer(key)
    );
    let received = raw::send(url, sent, Duration::from_secs(20)).await;
    received.statuses()[0]
}

#[actix_web::test]
async fn a_path_that_could_be_read_in_two_ways_never_reaches_the_platform() {
    let platform = platform();
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let long = format!("/cgi-bin/{}", "a".repeat(300));
    for path in [
        "/cgi-bin/../sns/userinfo",
        "/cgi-bin/./user/info",
        "/cgi-bin/%2e%2e/sns/userinfo",
        "/cgi-bin/%2E./user",
        "/cgi-bin/user%2finfo",
        "/cgi-bin/user%252finfo",
        "/%63gi-bin/user/info",
        "/cgi-bin//user/info",
        "//cgi-bin/user/info",
        "/cgi-bin/user/info/",
        "/cgi-bin/user/info;x=1",
        "/cgi-bin/user/info;/../../sns/userinfo",
        "/cgi-bin\\user\\info",
        "/cgi-bin/user/info%00",
        "/cgi-bin/user/info%0d%0ax:%201",
        "/cgi-bin/user@other.example/info",
        "/cgi-bin/user:443/info",
        "/cgi-bin/%E7%94%A8",
        "",
        "/",
        &long,
    ] {
        for key in [SHOP_KEY, OPS_KEY] {
            let status = status(base(&app), path, key).await;
            assert!((400..=404).contains(&status), "{path}: {status}");
        }
    }
    let seen = platform.all();
    assert!(seen.is_empty(), "{}", seen[0].text());
}

#[actix_web::test]
async fn other_areas_and_the_token_endpoints_are_refused_whatever_the_right_and_the_case() {
    let platform = platform();
    let app = app_on(
        &platform,
        "relay:/cgi-bin/*,relay:/cgi-bin/token,relay:/cgi-bin/stable_token",
    )
    .await;
    for path in [
        "/sns/userinfo",
        "/sns/oauth2/access_token",
        "/CGI-BIN/user/info",
        "/wxa/getwxacode",
        "/cgi-bin/token",
        "/cgi-bin/Token",
        "/cgi-bin/STABLE_TOKEN",
        "/cgi-bin/%74oken",
    ] {
        for key in [SHOP_KEY, OPS_KEY] {
            let status = status(base(&app), path, key).await;
            assert!([400, 403].contains(&status), "{path}: {status}");
        }
    }
    assert!(platform.all().is_empty());
}

#[actix_web::test]
async fn what_could_harm_the_account_is_in_no_wildcard_and_the_operator_may_call_it() {
    let platform = platform();
    let app = app_on(&platform, "relay:/cgi-bin/*,relay:/cgi-bin/menu/create").await;
    for path in [
        "clear_quota",
        "clear_quota/v2",
        "openapi/rid/get",
        "openapi/quota/clear",
        "ticket/getticket",
        "menu/delete",
        "menu/addconditional",
        "message/mass/sendall",
        "Menu/Delete",
        "message/Mass/send",
    ] {
        let path = format!("/internal/wechat/cgi-bin/{path}");
        assert_eq!(get(&app, &path, SHOP_KEY).await.status, 403, "{path}");
        assert_eq!(get(&app, &path, OPS_KEY).await.status, 200, "{path}");
    }
    for path in ["menu/create", "menu/get", "message/custom/send"] {
        let path = format!("/internal/wechat/cgi-bin/{path}");
        assert_eq!(get(&app, &path, SHOP_KEY).await.status, 200, "{path}");
    }
}

#[actix_web::test]
async fn the_caller_s_token_is_ignored_in_every_spelling() {
    let platform = platform();
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let spellings = "access_token=evil&ACCESS_TOKEN=evil&access%5ftoken=evil&%41ccess_Token=evil&x=1;access_token=evil&access_token[]=evil";
    let path = format!("/internal/wechat/cgi-bin/menu/get?a=1&{spellings}&b=%E4%B8%AD");
    assert_eq!(get(&app, &path, SHOP_KEY).await.status, 200);
    let calls = platform.calls("/cgi-bin/menu/get");
    assert_eq!(
        calls[0].line,
        "GET /cgi-bin/menu/get?access_token=account-token-1&a=1&b=%E4%B8%AD HTTP/1.1"
    );
}

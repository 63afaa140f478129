//! The relay, as the operator's own systems use it.

mod bodies;
mod paths;
pub mod platform;
mod standstill;
mod tokens;

use actix_web::http::header::HeaderMap;
use serde_json::{Value, json};

use self::platform::RecordingPlatform;
use super::{OPS_KEY, SHOP_KEY, app_with_rights, bearer, document, get, problem};
use crate::support::{TestApp, account_metric, eventually_some};

const USER_INFO: &str = "/internal/wechat/cgi-bin/user/info";

/// An application whose platform is this one; the app `shop` has these rights. Bodies may stand still for 3 s.
async fn app_on(platform: &RecordingPlatform, rights: &str) -> TestApp {
    TestApp::with()
        .env("OPS_API_KEY", OPS_KEY)
        .env("APP_SHOP_API_KEY", SHOP_KEY)
        .set("apps.shop.api", rights)
        .set("wechat.api_url", &platform.url)
        .set("wechat.timeout_ms", "500")
        .start()
        .await
}

fn base(app: &TestApp) -> &str {
    app.internal_url.as_deref().unwrap()
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

async fn read(sent: awc::SendClientRequest) -> Answer {
    let mut response = sent.await.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body().limit(256 << 20).await.unwrap().to_vec(),
    }
}

fn request(app: &TestApp, method: &str, path: &str) -> awc::ClientRequest {
    let client = awc::Client::builder()
        .timeout(std::time::Duration::from_secs(60))
        .finish();
    client
        .request(method.parse().unwrap(), format!("{}{path}", base(app)))
        .insert_header(("authorization", bearer(SHOP_KEY)))
        .no_decompress()
}

#[actix_web::test]
async fn an_app_reads_a_fan_through_the_relay_and_the_sandbox_sees_one_call() {
    let app = app_with_rights("relay:/cgi-bin/user/*").await;
    let openid = app.platform.fan("小雨").await;
    let page = get(&app, &format!("{USER_INFO}?openid={openid}&lang=zh_CN"), SHOP_KEY).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(document(&page)["openid"], json!(openid));
    assert_eq!(app.platform.calls("fan_info").await, 1);
}

#[actix_web::test]
async fn only_the_listed_headers_go_on_and_only_the_listed_ones_come_back() {
    let platform = RecordingPlatform::start(|_, _| {
        b"HTTP/1.1 418 Odd\r\ncontent-type: image/x-odd\r\ncontent-disposition: attachment; filename=\"a.jpg\"\r\n\
          set-cookie: a=b\r\nx-odd: 1\r\nlocation: https://other.example/\r\nserver: odd\r\ncontent-length: 4\r\n\r\n\x00\xff\r\n"
            .to_vec()
    });
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let sent = request(
        &app,
        "POST",
        &format!("{USER_INFO}?access_token=callers&openid=o1&Access%5FToken=callers"),
    )
    .insert_header(("content-type", "text/x-odd; charset=gbk"))
    .insert_header(("accept", "image/*"))
    .insert_header(("cookie", "a=b"))
    .insert_header(("x-forwarded-for", "203.0.113.7"))
    .insert_header(("x-odd", "1"))
    .insert_header(("referer", "https://caller.example/"))
    .send_body("{\"a\":1}");
    let answer = read(sent).await;
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (418, b"\x00\xff\r\n".as_slice())
    );
    let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("content-type"), Some("image/x-odd"));
    assert_eq!(header("content-disposition"), Some("attachment; filename=\"a.jpg\""));
    assert_eq!(header("content-length"), Some("4"));
    for name in ["set-cookie", "x-odd", "location", "server"] {
        assert_eq!(header(name), None, "{name}");
    }

    let calls = platform.calls("/cgi-bin/user/info");
    let call = &calls[0];
    assert_eq!(calls.len(), 1);
    assert_eq!(
        call.line,
        "POST /cgi-bin/user/info?access_token=account-token-1&openid=o1 HTTP/1.1"
    );
    assert_eq!(call.header("content-type"), Some("text/x-odd; charset=gbk"));
    assert_eq!(call.header("accept"), Some("image/*"));
    assert_eq!(call.header("content-length"), Some("7"));
    assert_eq!(call.body, b"{\"a\":1}");
    let names: Vec<&str> = call.headers.iter().map(|(name, _)| name.as_str()).collect();
    for name in &names {
        let is_ours = ["host", "date", "connection", "accept-encoding", "user-agent"].contains(name);
        let is_listed = ["content-type", "content-length", "accept"].contains(name);
        assert!(is_ours || is_listed, "{name} went on: {names:?}");
    }
    assert!(
        !call.text().contains(SHOP_KEY) && !call.text().contains("callers"),
        "{}",
        call.text()
    );
}

#[actix_web::test]
async fn what_the_relay_itself_refuses_has_the_platform_s_members_too() {
    let app = app_with_rights("relay:/cgi-bin/user/*").await;
    for (path, key, status, word) in [
        ("/internal/wechat/cgi-bin/menu/get", SHOP_KEY, 403, "right-missing"),
        (USER_INFO, "made-up-made-up-made-up-made-up-made-up", 401, "key-missing"),
        ("/internal/wechat/sns/userinfo", OPS_KEY, 403, "path-not-relayed"),
        ("/internal/wechat/cgi-bin//user", OPS_KEY, 400, "bad-request"),
    ] {
        let page = get(&app, path, key).await;
        assert_eq!((page.status, problem(&page).as_str()), (status, word), "{path}");
        let told = document(&page);
        assert_eq!(told["errcode"], json!(-i64::from(status)), "{told}");
        assert!(told["errmsg"].as_str().unwrap().starts_with("fanpass: "), "{told}");
    }
    let page = app
        .internal("DELETE", USER_INFO, Some(&bearer(OPS_KEY)), Value::Null)
        .await;
    assert_eq!((page.status, problem(&page).as_str()), (405, "method-not-allowed"));
    assert_eq!(app.platform.calls("fan_info").await, 0);
}

#[actix_web::test]
async fn calls_are_counted_by_app_right_and_errcode_and_never_by_path() {
    let app = app_with_rights("relay:/cgi-bin/user/*").await;
    let openid = app.platform.fan("小雨").await;
    get(&app, &format!("{USER_INFO}?openid={openid}"), SHOP_KEY).await;
    get(&app, &format!("{USER_INFO}?openid=o-nobody"), SHOP_KEY).await;
    get(&app, &format!("{USER_INFO}?openid={openid}"), OPS_KEY).await;
    let metrics = app.ops("/metrics").await.text();
    for (app_name, right, errcode) in [
        ("shop", "/cgi-bin/user/*", 0),
        ("shop", "/cgi-bin/user/*", 40003),
        ("ops", "*", 0),
    ] {
        let series = format!(r#"fanpass_relay_requests_total{{app="{app_name}",right="{right}",errcode="{errcode}"}}"#);
        assert_eq!(
            account_metric(&metrics, &series, &app.app_id),
            Some(1.0),
            "{series}\n{metrics}"
        );
    }
    assert!(!metrics.contains("/cgi-bin/user/info"), "{metrics}");
}

#[actix_web::test]
async fn a_token_of_the_relay_in_the_query_does_what_its_app_may_and_does_not_reach_the_platform() {
    let platform = RecordingPlatform::start(|_, _| platform::json_answer(r#"{"errcode":0,"errmsg":"ok"}"#));
    let app = app_on(&platform, "relay:/cgi-bin/user/*").await;
    let ask = format!("/internal/wechat/cgi-bin/token?grant_type=client_credential&appid=shop&secret={SHOP_KEY}");
    let issued = app.internal("GET", &ask, None, Value::Null).await;
    let token = document(&issued)["access_token"].as_str().unwrap().to_owned();
    for (path, status) in [(USER_INFO, 200), ("/internal/wechat/cgi-bin/menu/get", 403)] {
        let page = app
            .internal("GET", &format!("{path}?access_token={token}"), None, Value::Null)
            .await;
        assert_eq!(page.status, status, "{}", page.text());
    }
    let calls = platform.calls("/cgi-bin/user/info");
    assert_eq!(calls.len(), 1);
    assert!(!calls[0].text().contains(&token), "{}", calls[0].text());
    assert_eq!(platform.calls("/cgi-bin/menu/get").len(), 0);
}

#[actix_web::test]
async fn the_daily_quota_of_what_is_called_is_asked_for_once_and_shown() {
    let app = app_with_rights("relay:/cgi-bin/user/*").await;
    let openid = app.platform.fan("小雨").await;
    for _ in 0..3 {
        get(&app, &format!("{USER_INFO}?openid={openid}"), SHOP_KEY).await;
    }
    let shown = eventually_some("the quota is shown", async || {
        let metrics = app.ops("/metrics").await.text();
        let series = |name: &str| format!(r#"fanpass_platform_quota_{name}{{endpoint="cgi-bin/user/info"}}"#);
        let of = |name| account_metric(&metrics, &series(name), &app.app_id);
        of("limit").zip(of("used"))
    })
    .await;
    assert!(shown.0 >= 1000.0 && shown.1 >= 1.0, "{shown:?}");
    assert_eq!(app.platform.calls("quota").await, 1);
}

//! `cgi-bin`: the account's token, and calls with it.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{APP_ID, APP_SECRET, Response, TestSandbox, post, read, stable_token as token, text};

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

async fn upload(sandbox: &TestSandbox, token: &str, body: &'static str) -> Response {
    let request = sandbox.request(
        Method::POST,
        &format!("/cgi-bin/media/upload?access_token={token}&type=image"),
    );
    let request = request.content_type("multipart/form-data; boundary=b");
    read(request.send_body(body).await.unwrap()).await
}

const FORM: &str = "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\u{7f}photo\r\n--b--\r\n";

#[actix_web::test]
async fn the_account_s_calls_need_its_token_and_the_last_one_stays_good_five_minutes() {
    let sandbox = TestSandbox::new().await;
    let menu = async |token: &str| {
        sandbox
            .get(&format!("/cgi-bin/menu/get?access_token={token}"))
            .await
            .errcode()
    };
    let first = token(&sandbox).await;
    assert_eq!(
        (menu("").await, menu("made-up").await, menu(&first).await),
        (41001, 40001, 46003)
    );
    sandbox.advance(7000).await;
    let second = token(&sandbox).await;
    assert_ne!(first, second);
    assert_eq!((menu(&first).await, menu(&second).await), (46003, 46003));
    sandbox.advance(300).await;
    assert_eq!((menu(&first).await, menu(&second).await), (42001, 46003));
    let mut forced = request();
    forced["force_refresh"] = json!(true);
    ask(&sandbox, forced).await;
    assert_eq!(menu(&second).await, 40001);
    let log = sandbox.get("/sandbox/requests").await.text();
    assert!(
        log.contains("access_token=***") && !log.contains(&first) && !log.contains(&second),
        "{log}"
    );
}

#[actix_web::test]
async fn the_account_s_calls_return_what_is_documented() {
    let sandbox = TestSandbox::new().await;
    let (token, fan) = (token(&sandbox).await, sandbox.fan("小雨").await);
    let get = async |path: &str| sandbox.get(&format!("/cgi-bin/{path}access_token={token}")).await;
    let info = get(&format!("user/info?openid={}&", text(&fan, "openid"))).await.json();
    assert_eq!((&info["subscribe"], &info["unionid"]), (&json!(1), &fan["unionid"]));
    assert_eq!(get("user/info?openid=oMadeUp&").await.errcode(), 40003);
    assert_eq!(get("user/info?").await.errcode(), 41009);
    let button = json!({"type":"view","name":"会员","url":"https://www.example.com/"});
    post(&sandbox, "menu/create", &token, json!({ "button": [button] })).await;
    assert!(get("menu/get?").await.json()["menu"]["button"].is_array());
    let ticket = get("ticket/getticket?type=jsapi&").await.json();
    assert_eq!((&ticket["errcode"], &ticket["expires_in"]), (&json!(0), &json!(7200)));
    assert_eq!(
        get("ticket/getticket?type=jsapi&").await.json()["ticket"],
        ticket["ticket"]
    );
    for (path, errcode) in [("qrcode/create", 76003), ("/cgi-bin/none", 76021), ("/sns/auth", 76022)] {
        let response = post(&sandbox, "openapi/quota/get", &token, json!({ "cgi_path": path })).await;
        assert_eq!(response.errcode(), errcode, "{path}");
    }
    let quota = json!({ "cgi_path": "/cgi-bin/qrcode/create" });
    let quota = post(&sandbox, "openapi/quota/get", &token, quota).await.json();
    assert_eq!(quota["quota"]["daily_limit"], 100_000);
    assert_eq!(get("openapi/quota/get?").await.errcode(), 43002);
}

#[actix_web::test]
async fn a_file_is_kept_for_three_days() {
    let sandbox = TestSandbox::new().await;
    let first = token(&sandbox).await;
    let kept = upload(&sandbox, &first, FORM).await.json();
    let id = text(&kept, "media_id");
    let path = format!("/cgi-bin/media/get?media_id={id}&access_token=");
    let file = sandbox.get(&format!("{path}{first}")).await;
    assert_eq!(
        (file.header("content-type"), file.text().as_str()),
        (Some("image/jpeg"), "\u{7f}photo")
    );
    for body in [
        "",
        "photo",
        "--b\r\n\r\nphoto\r\n--b--\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a\"\r\nContent-Type: image/jpeg\r\n\r\nphoto",
    ] {
        assert_eq!(upload(&sandbox, &first, body).await.errcode(), 41005, "{body}");
    }
    sandbox.advance(3 * 24 * 3600).await;
    let later = token(&sandbox).await;
    assert_eq!(sandbox.get(&format!("{path}{later}")).await.errcode(), 40007);
}

#[actix_web::test]
async fn a_right_that_is_missing_is_48001_or_a_quota_of_0() {
    let sandbox = TestSandbox::new().await;
    let token = token(&sandbox).await;
    let rights = json!({ "missing_rights": ["fans", "menu", "js_sdk", "qr_codes", "media"] });
    sandbox.control(Method::PATCH, "settings", rights).await;
    for path in [
        "user/info?openid=o&",
        "menu/get?",
        "ticket/getticket?type=jsapi&",
        "media/get?media_id=m&",
    ] {
        let response = sandbox.get(&format!("/cgi-bin/{path}access_token={token}")).await;
        assert_eq!(response.errcode(), 48001, "{path}");
    }
    assert_eq!(upload(&sandbox, &token, FORM).await.errcode(), 48001);
    let quota = json!({ "cgi_path": "/cgi-bin/qrcode/create" });
    let quota = post(&sandbox, "openapi/quota/get", &token, quota).await.json();
    assert_eq!(quota["quota"]["daily_limit"], 0);
}

#[actix_web::test]
async fn faults_are_injected_into_the_account_s_calls() {
    let sandbox = TestSandbox::new().await;
    for (endpoint, path) in [
        ("fan_info", "user/info"),
        ("menu", "menu/get"),
        ("ticket", "ticket/getticket"),
        ("quota", "openapi/quota/get"),
        ("media_upload", "media/upload"),
        ("media_get", "media/get"),
    ] {
        sandbox.fault(endpoint, json!({"kind":"errcode","errcode":45009})).await;
        assert_eq!(
            sandbox.get(&format!("/cgi-bin/{path}")).await.errcode(),
            45009,
            "{path}"
        );
    }
}

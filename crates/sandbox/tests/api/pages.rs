//! The pages for people.

use actix_web::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{TestSandbox, link, post, stable_token, text};

#[actix_web::test]
async fn the_home_page_shows_and_changes_who_the_browser_is() {
    let sandbox = TestSandbox::new().await;
    assert!(sandbox.get("/").await.text().contains("尚未选择"));
    sandbox.fault("auth", json!({"kind":"down"})).await;
    let chosen = sandbox.submit("/sandbox/browser", &[("nickname", "小帆⛵")]).await;
    assert_eq!(
        (chosen.status, chosen.header("location")),
        (StatusCode::SEE_OTHER, Some("/"))
    );
    let home = sandbox.get_as("/", &chosen.cookie()).await.text();
    assert!(home.contains("小帆⛵") && home.contains("/sns/auth") && !home.contains("尚未选择"));
    let silent = sandbox.get_as(&link("snsapi_base", ""), &chosen.cookie()).await;
    assert_eq!(silent.status, StatusCode::FOUND);
    let forgotten = sandbox.submit("/sandbox/browser", &[]).await;
    assert_eq!(forgotten.cookie(), "sandbox_fan=");
}

#[actix_web::test]
async fn nicknames_are_escaped() {
    let sandbox = TestSandbox::new().await;
    let fan = sandbox.fan("<script>alert(1)</script>").await;
    let cookie = format!("sandbox_fan={}", text(&fan, "openid"));
    for path in ["/".to_owned(), link("snsapi_userinfo", "")] {
        let page = sandbox.get_as(&path, &cookie).await.text();
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{path}");
    }
}

#[actix_web::test]
async fn the_seeded_fans_are_the_same_at_every_start() {
    let (first, second) = (TestSandbox::new().await, TestSandbox::new().await);
    let openids = async |sandbox: &TestSandbox| -> Vec<_> {
        let fans = sandbox.get("/sandbox/fans").await.json();
        fans.as_array()
            .unwrap()
            .iter()
            .map(|fan| fan["openid"].clone())
            .collect()
    };
    assert_eq!(openids(&first).await, openids(&second).await);
}

#[actix_web::test]
async fn pages_need_nothing_from_elsewhere() {
    let sandbox = TestSandbox::new().await;
    let page = sandbox.get("/").await;
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'; style-src 'self'")
    );
    assert!(page.text().contains("href=\"/sandbox/sandbox.css\""));
    assert_eq!(
        sandbox.get("/sandbox/sandbox.css").await.header("content-type"),
        Some("text/css; charset=utf-8")
    );
}

#[actix_web::test]
async fn the_account_page_shows_tokens_menu_calls_and_messages() {
    let sandbox = TestSandbox::new().await;
    assert!(sandbox.get("/account").await.text().contains("尚无调用"));
    let (token, fan) = (stable_token(&sandbox).await, sandbox.fan("<b>小雨</b>").await);
    let button = json!({"type":"view","name":"<i>会员","url":"https://www.example.com/"});
    post(&sandbox, "menu/create", &token, json!({ "button": [button] })).await;
    let path = format!("fans/{}/interact", text(&fan, "openid"));
    sandbox.control(Method::POST, &path, json!({ "kind": "message" })).await;
    let message = json!({"touser":fan["openid"],"msgtype":"text","text":{"content":"你好，小雨"}});
    post(&sandbox, "message/custom/send", &token, message).await;
    post(&sandbox, "menu/create", "made-up", json!({})).await;
    let settings = json!({ "ip_whitelist": [] });
    sandbox.control(Method::PATCH, "settings", settings).await;
    let page = sandbox.get("/account").await.text();
    for shown in [
        "stable#1",
        "40001 × 1",
        "/cgi-bin/menu/create",
        "你好，小雨",
        "&lt;i&gt;会员",
        "&lt;b&gt;小雨",
        "所有调用均答 40164",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains(&token));
}

//! Pages that are opened again: the back button, a bookmark.

use super::journey::{AUTHORIZE, phone_on};
use crate::support::{TestApp, parameter};

#[actix_web::test]
async fn the_back_button_leads_from_the_index_page_over_good_pages() {
    let app = TestApp::start().await;
    let Some(phone) = phone_on(&app, "阿橙").await else {
        return;
    };
    phone.asks_for_consent().await;
    phone.tap("拒绝").await;
    phone.arrives("/wechat/callback").await;
    phone.tap("再试一次").await;
    phone.registers().await;

    // Backwards: the consent page, the prompt, the callback that was declined, the first consent page, the first prompt.
    for page in [AUTHORIZE, "/", "/", AUTHORIZE, "/"] {
        phone.back().await;
        phone.arrives(page).await;
        if page == "/" {
            assert_eq!(phone.heading().await, "阿橙");
        }
    }
}

#[actix_web::test]
async fn a_callback_that_is_opened_again_ends_on_a_good_page() {
    let app = TestApp::start().await;
    let Some(phone) = phone_on(&app, "阿橙").await else {
        return;
    };
    phone.registers().await;
    let callback = last_callback(&app).await;
    phone.open(&callback).await;
    assert_eq!(
        (phone.url().await.path(), phone.heading().await),
        ("/", "阿橙".to_owned())
    );

    phone.tap("退出登录").await;
    phone.arrives("/signed-out").await;
    phone.open(&callback).await;
    assert_eq!(phone.heading().await, "登录链接已失效");
    phone.looks_good_as("expired", 400).await;
    phone.tap("重新登录").await;
    phone.arrives("/").await;
    assert_eq!(phone.heading().await, "阿橙");
}

/// The URL that the platform sent the browser to last; no page and no history shows it.
async fn last_callback(app: &TestApp) -> String {
    let report = app.platform.control("GET", "requests", serde_json::Value::Null).await;
    let asked = |endpoint: &str| {
        let mut recent = report["recent"].as_array().unwrap().iter();
        let query = recent.rfind(|entry| entry["endpoint"] == endpoint).unwrap()["query"].as_str();
        format!("http://sandbox.example/?{}", query.unwrap())
    };
    let code = parameter(&asked("access_token"), "code").unwrap();
    let state = parameter(&asked("authorize"), "state").unwrap();
    app.at(&format!("/wechat/callback?code={code}&state={state}"))
}

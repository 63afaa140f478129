//! Failures, as a fan sees them.

use serde_json::json;

use super::{journey::phone_on, phone::Phone};
use crate::support::TestApp;

/// Internal words: ours, the platform's, the sandbox's.
const INTERNALS: [&str; 12] = [
    "40125",
    "errcode",
    "secret",
    "access_token",
    "snsapi",
    "appid",
    "wx00000000000000aa",
    "Bad Gateway",
    "thread",
    "src/",
    ".rs",
    "sqlite",
];

#[actix_web::test]
async fn a_wrong_app_secret_shows_no_internals_and_the_button_works_once_it_is_corrected() {
    let app = TestApp::start().await;
    let fault = json!({ "kind": "errcode", "errcode": 40125, "errmsg": "invalid appsecret" });
    app.platform.fault("access_token", fault).await;
    let Some(phone) = phone_on(&app, "小鹿🦌").await else {
        return;
    };
    phone.arrives("/wechat/callback").await;
    assert_eq!(phone.heading().await, "暂时无法登录");
    shows_no_internals(&app, &phone).await;
    phone.looks_good_as("error", 500).await;

    app.platform.clear_faults().await;
    phone.tap("重新登录").await;
    phone.arrives("/welcome").await;
}

#[actix_web::test]
async fn a_platform_that_is_down_during_a_registration_leads_back_to_the_prompt() {
    let app = TestApp::start().await;
    let Some(phone) = phone_on(&app, "小鹿🦌").await else {
        return;
    };
    phone.arrives("/welcome").await;
    app.platform.fault("userinfo", json!({ "kind": "down" })).await;
    phone.tap("微信授权并注册").await;
    phone.arrives(super::journey::AUTHORIZE).await;
    phone.tap("同意").await;
    phone.arrives("/wechat/callback").await;
    assert_eq!(phone.heading().await, "登录没有完成");
    shows_no_internals(&app, &phone).await;
    phone.looks_good_as("platform-down", 502).await;

    app.platform.clear_faults().await;
    phone.tap("返回注册页").await;
    phone.registers().await;
    assert_eq!(phone.heading().await, "小鹿🦌");
}

async fn shows_no_internals(app: &TestApp, phone: &Phone) {
    let source = phone.source().await;
    for word in INTERNALS.into_iter().chain([app.platform.url.as_str()]) {
        assert!(!source.contains(word), "{word} in {source}");
    }
}

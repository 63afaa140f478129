//! The pages in English, and as an operator dresses them.

use serde_json::json;

use super::{
    journey::AUTHORIZE,
    phone::{Phone, SAFARI},
};
use crate::{
    own_pages::dressed,
    support::{TestApp, WECHAT},
};

/// WeChat in English.
async fn english() -> Option<Phone> {
    Phone::with_user_agent(&WECHAT.replace("Language/zh_CN", "Language/en")).await
}

#[actix_web::test]
async fn an_english_fan_registers_and_signs_out() {
    let app = TestApp::start().await;
    let Some(phone) = english().await else { return };
    phone.open(&app.at("/")).await;
    phone.arrives(AUTHORIZE).await;
    phone.tap("小鹿🦌").await;
    phone.arrives("/welcome").await;
    assert_eq!(phone.heading().await, "Welcome to 示例公众号");
    phone.looks_good("en-prompt").await;

    phone.tap("中文").await;
    phone.arrives("/welcome").await;
    assert_eq!(phone.heading().await, "欢迎来到示例公众号");
    phone.tap("English").await;
    phone.arrives("/welcome").await;
    phone.tap("Not now").await;
    phone.arrives("/signed-out").await;
    phone.looks_good("en-not-registered").await;
    phone.tap("Register or sign in").await;

    phone.arrives("/welcome").await;
    phone.tap("Register with WeChat").await;
    phone.arrives(AUTHORIZE).await;
    phone.tap("同意").await;
    phone.arrives("/").await;
    phone.looks_good("en-index").await;
    phone.tap("Sign out").await;
    phone.arrives("/signed-out").await;
    phone.looks_good("en-signed-out").await;
}

#[actix_web::test]
async fn an_english_fan_who_is_not_signed_in_understands_why() {
    let app = TestApp::start().await;
    let Some(phone) = english().await else { return };
    for (decision, heading, name) in [
        ("拒绝", "You declined", "en-declined"),
        ("以快照页身份访问", "This is a WeChat preview", "en-snapshot"),
    ] {
        phone.open(&app.at("/register")).await;
        phone.arrives(AUTHORIZE).await;
        if decision == "拒绝" {
            phone.tap("阿橙").await;
            phone.arrives(AUTHORIZE).await;
        }
        phone.tap(decision).await;
        phone.arrives("/wechat/callback").await;
        assert_eq!(phone.heading().await, heading);
        phone.looks_good(name).await;
    }
    phone.open(&app.at("/wechat/callback?code=made-up&state=made-up")).await;
    phone.looks_good_as("en-expired", 400).await;
    phone.open(&app.at("/nothing")).await;
    phone.looks_good_as("en-not-found", 404).await;
    let fault = json!({ "kind": "errcode", "errcode": 40125, "errmsg": "invalid appsecret" });
    app.platform.fault("access_token", fault).await;
    phone.open(&app.at("/login")).await;
    phone.arrives("/wechat/callback").await;
    phone.looks_good_as("en-error", 500).await;
}

#[actix_web::test]
async fn an_english_phone_outside_wechat_can_copy_the_url() {
    let app = TestApp::with().set("wechat.require_app", "true").start().await;
    let Some(phone) = Phone::with_user_agent(SAFARI).await else {
        return;
    };
    phone.open(&app.at("/?lang=en")).await;
    phone.looks_good("en-outside").await;
    phone.tap("Copy address").await;
    phone
        .waits_for("return document.querySelector('[role=status]').textContent === 'Copied'")
        .await;
    assert!(!phone.find(".address").await.text().await.unwrap().contains("lang"));
}

#[actix_web::test]
async fn own_texts_colours_and_a_logo_leave_the_pages_in_shape() {
    let folder = dressed();
    let app = TestApp::with()
        .directory(folder.path())
        .set("site.name", &"很长的公众号名称".repeat(8))
        .set("site.contact", &format!("{}@example.com", "kefu".repeat(20)))
        .start()
        .await;
    let nickname = "Ａ".repeat(32) + "\u{202e}" + &"m".repeat(31);
    app.platform.fan(&nickname).await;
    let Some(phone) = Phone::wechat().await else { return };
    for language in ["zh", "en"] {
        let name = |page: &str| format!("own-{language}-{page}");
        phone.open(&app.at(&format!("/welcome?lang={language}"))).await;
        phone.looks_good(&name("prompt")).await;
        phone.looks_good_twice_as_large(&name("prompt")).await;
        phone.open(&app.at("/signed-out")).await;
        phone.looks_good(&name("signed-out")).await;
        phone.open(&app.at("/nothing")).await;
        phone.looks_good_as(&name("not-found"), 404).await;
        phone.looks_good_twice_as_large(&name("not-found")).await;
    }
    phone.open(&app.at("/register")).await;
    phone.arrives(AUTHORIZE).await;
    phone.tap(&nickname).await;
    phone.arrives(AUTHORIZE).await;
    phone.tap("同意").await;
    phone.arrives("/").await;
    phone.looks_good("own-en-index").await;
    phone.looks_good_twice_as_large("own-en-index").await;
    phone.open(&app.at("/?lang=zh")).await;
    phone.looks_good("own-zh-index").await;
}

#[actix_web::test]
async fn a_wide_screen_shows_the_pages_in_shape() {
    let folder = dressed();
    let app = TestApp::with().directory(folder.path()).start().await;
    let Some(desktop) = Phone::desktop().await else { return };
    desktop.has_window(1440, 900).await;
    for language in ["zh", "en"] {
        for (page, path) in [
            ("prompt", "/welcome"),
            ("signed-out", "/signed-out"),
            ("not-found", "/nothing"),
        ] {
            desktop.open(&app.at(&format!("{path}?lang={language}"))).await;
            desktop.console().await;
            for scheme in ["light", "dark"] {
                desktop.shine(scheme).await;
                desktop.keep_picture(&format!("wide-{language}-{page}-{scheme}")).await;
            }
            assert_eq!(desktop.complaints().await, [""; 0], "{language} {page}");
        }
    }
}

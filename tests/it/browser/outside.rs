//! Visitors whose browser is not WeChat's.

use super::{
    phone::{Phone, SAFARI},
    pictures::qr_code_of,
};
use crate::support::TestApp;

#[actix_web::test]
async fn a_desktop_browser_gets_a_qr_code_of_the_url() {
    let app = TestApp::with().set("wechat.require_app", "true").start().await;
    let Some(desktop) = Phone::desktop().await else { return };
    let welcome = "/welcome?next=%2Fphotos%3Falbum%3D2";
    let pages = [
        ("/", "/"),
        (welcome, welcome),
        ("/wechat/callback?code=made-up&state=made-up", "/"),
    ];
    for (opened, shown) in pages {
        desktop.open(&app.at(opened)).await;
        assert_eq!(desktop.heading().await, "请在微信客户端打开");
        for scheme in ["light", "dark"] {
            desktop.shine(scheme).await;
            let picture = desktop.find(".qr").await.screenshot().await.unwrap();
            assert_eq!(qr_code_of(&picture), app.at(shown), "{opened}, {scheme}");
        }
    }
    desktop.keep_picture("outside-desktop").await;
    desktop.console_is_silent("outside-desktop").await;
    assert_eq!(app.platform.calls("authorize").await, 0);
}

#[actix_web::test]
async fn a_phone_outside_wechat_can_copy_the_url() {
    let app = TestApp::with().set("wechat.require_app", "true").start().await;
    let Some(phone) = Phone::with_user_agent(SAFARI).await else {
        return;
    };
    phone.open(&app.at("/")).await;
    let picture = phone.find(".qr").await.screenshot().await.unwrap();
    assert_eq!(qr_code_of(&picture), app.at("/"));
    phone.looks_good("outside").await;

    phone.tap("复制地址").await;
    phone
        .waits_for("return document.querySelector('[role=status]').textContent === '已复制'")
        .await;
    phone.console_is_silent("outside-copied").await;
}

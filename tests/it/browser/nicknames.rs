//! Nicknames are other people's text.

use super::journey::{AUTHORIZE, phone_on};
use crate::support::TestApp;

#[actix_web::test]
async fn a_nickname_with_html_and_emoji_is_shown_as_text() {
    let nickname = "<img src=x onerror=alert(1)>李雷🇨🇳👩🏽‍🚀 & <b>";
    let app = TestApp::start().await;
    app.platform.fan(nickname).await;
    let Some(phone) = phone_on(&app, nickname).await else {
        return;
    };
    phone.registers().await;
    assert_eq!(phone.heading().await, nickname);
    phone.looks_good("index-html").await;
}

#[actix_web::test]
async fn a_nickname_that_is_long_or_empty_leaves_the_page_in_shape() {
    let nickname = "Ａ".repeat(32) + &"m".repeat(32);
    let app = TestApp::start().await;
    app.platform.fan(&nickname).await;
    let Some(phone) = phone_on(&app, &nickname).await else {
        return;
    };
    phone.registers().await;
    assert_eq!(phone.heading().await, nickname);
    phone.looks_good("index-long").await;

    phone.tap("退出登录").await;
    phone.arrives("/signed-out").await;
    phone.open(&app.platform.url).await;
    phone.looks_good("sandbox-home").await;
    phone.tap("忘记选择").await;
    phone
        .waits_for("return document.body.innerText.includes('尚未选择')")
        .await;
    phone.open(&app.at("/")).await;
    phone.arrives(AUTHORIZE).await;
    phone.tap("（昵称为空）").await;
    phone.registers().await;
    assert_eq!(phone.heading().await, "微信用户");
}

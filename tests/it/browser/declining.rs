//! A fan who declines.

use super::journey::phone_on;
use crate::support::TestApp;

#[actix_web::test]
async fn who_declines_the_consent_page_finds_back_to_the_prompt_and_may_decline_there() {
    let app = TestApp::start().await;
    let Some(phone) = phone_on(&app, "阿橙").await else {
        return;
    };
    phone.asks_for_consent().await;
    phone.tap("拒绝").await;

    phone.arrives("/wechat/callback").await;
    assert_eq!(phone.heading().await, "您已拒绝授权");
    phone.looks_good("declined").await;
    phone.tap("再试一次").await;

    phone.arrives("/welcome").await;
    phone.tap("暂不注册").await;
    phone.arrives("/signed-out").await;
    assert_eq!(phone.heading().await, "您没有注册");
    phone.looks_good("not-registered").await;
    assert_eq!(app.rows(None).await, 0);
}

#[actix_web::test]
async fn a_snapshot_fan_is_pointed_to_the_full_service() {
    let app = TestApp::start().await;
    let Some(phone) = phone_on(&app, "阿橙").await else {
        return;
    };
    phone.asks_for_consent().await;
    phone.tap("以快照页身份访问").await;

    phone.arrives("/wechat/callback").await;
    assert_eq!(phone.heading().await, "这是微信的快照页");
    assert!(phone.text().await.contains("使用完整服务"));
    phone.looks_good("snapshot").await;
    assert_eq!(app.rows(None).await, 0);
}

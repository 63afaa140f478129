//! The registration.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::TestApp;

#[actix_web::test]
async fn the_prompts_button_asks_for_consent_and_nothing_else_does() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let prompt = browser.get(&app.at("/welcome?next=/photos")).await;
    assert_eq!(prompt.status, 200);
    assert!(
        prompt
            .text()
            .contains("href=\"/register?next=%2Fphotos&amp;notice=2026-11\""),
        "{}",
        prompt.text()
    );
    let begun = browser.get(&app.at("/register?next=/photos")).await;
    assert_eq!(
        (begun.status, begun.carried("scope").as_deref()),
        (303, Some("snsapi_userinfo"))
    );
}

#[actix_web::test]
async fn a_fan_who_consents_is_saved_and_signed_in() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨🌧️ <b>&").await;
    let browser = app.browser();
    let callback = app.consent(&browser, &fan, "/photos", "agree").await;
    let response = browser.get(&callback).await;
    assert_eq!((response.status, response.location()), (303, "/photos"));
    assert!(browser.is_signed_in());
    assert_eq!(app.rows(Some(&fan)).await, 1);
    let index = browser.get(&app.at("/")).await.text();
    assert!(index.contains("小雨🌧️ &lt;b&gt;&amp;"), "{index}");
    assert!(!index.contains("/mmopen/"), "the platform's address is not shown");
}

#[actix_web::test]
async fn the_row_holds_the_consent_and_the_union_id() {
    let app = TestApp::start().await;
    let made = app
        .platform
        .control("POST", "fans", json!({ "nickname": "小雨", "unionid": "uMadeUp" }))
        .await;
    let fan = made["openid"].as_str().unwrap();
    let before = app.clock.now().unix_seconds();
    app.registered(fan).await;
    let row = app.row(fan).await;
    assert_eq!(
        (row.nickname.as_str(), row.unionid.as_deref()),
        ("小雨", Some("uMadeUp"))
    );
    assert_eq!(
        row.consent_version,
        fanpass::domain::ConsentVersion::BUILT_IN.to_string()
    );
    assert!((before..=app.clock.now().unix_seconds()).contains(&row.consented_at));
    assert_eq!(row.app_id, "wx00000000000000aa");
    assert_eq!(row.id.len(), 36);
}

#[actix_web::test]
async fn a_fan_who_registers_again_is_updated_and_never_doubled() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("旧名").await;
    app.registered(&fan).await;
    let first = app.row(&fan).await;
    app.clock.advance(90);
    app.platform
        .control(
            "PATCH",
            &format!("fans/{fan}"),
            json!({ "nickname": "新名", "new_avatar": true }),
        )
        .await;
    let browser = app.registered(&fan).await;
    let second = app.row(&fan).await;
    assert_eq!((second.id, second.created_at), (first.id, first.created_at));
    assert_eq!(second.nickname, "新名");
    assert_ne!(second.avatar_url, first.avatar_url);
    assert!(second.consented_at >= first.consented_at + 90);
    assert_eq!(app.rows(None).await, 1);
    assert!(browser.get(&app.at("/")).await.text().contains("新名"));
}

#[actix_web::test]
async fn several_registrations_of_one_fan_at_once_make_one_row() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let mut browsers = Vec::new();
    for _ in 0..8 {
        let browser = app.browser();
        let callback = app.consent(&browser, &fan, "/", "agree").await;
        browsers.push((browser, callback));
    }
    let responses = join_all(browsers.iter().map(|(browser, callback)| browser.get(callback))).await;
    assert!(
        responses
            .iter()
            .all(|response| response.status == 303 && response.location() == "/")
    );
    assert!(browsers.iter().all(|(browser, _)| browser.is_signed_in()));
    assert_eq!(app.rows(None).await, 1);
}

#[actix_web::test]
async fn fans_whose_openids_differ_in_case_are_two_fans() {
    let app = TestApp::start().await;
    let openids = ["oMadeUpFan000000000000000aA0", "oMadeUpFan000000000000000Aa0"];
    for (openid, nickname) in openids.iter().zip(["甲", "乙"]) {
        app.platform
            .control("POST", "fans", json!({ "nickname": nickname, "openid": openid }))
            .await;
        let browser = app.registered(openid).await;
        assert!(browser.get(&app.at("/")).await.text().contains(nickname));
    }
    assert_eq!(app.rows(None).await, 2);
}

#[actix_web::test]
async fn empty_and_broken_profiles_are_taken_as_they_are() {
    let app = TestApp::start().await;
    let made = app
        .platform
        .control("POST", "fans", json!({ "nickname": "", "headimgurl": "" }))
        .await;
    let fan = made["openid"].as_str().unwrap();
    let index = app.registered(fan).await.get(&app.at("/")).await;
    assert!(index.text().contains("微信用户"));
    let fan = app.platform.fan("小雨").await;
    app.platform
        .fault("userinfo", json!({ "kind": "garbage", "body": "invalid_utf8" }))
        .await;
    let index = app.registered(&fan).await.get(&app.at("/")).await;
    assert!(
        index.text().contains('\u{fffd}'),
        "broken bytes are replaced: {}",
        index.text()
    );
}

#[actix_web::test]
async fn a_fan_who_declines_gets_a_page_and_can_try_again() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.consent(&browser, &fan, "/photos", "refuse").await;
    assert!(!callback.contains("code="));
    let page = browser.get(&callback).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("/welcome?next=%2Fphotos"));
    assert_eq!(app.rows(None).await, 0);
    assert_eq!(app.platform.calls("access_token").await, 0);
    assert_eq!(browser.get(&callback).await.status, 400, "the state is used up");
}

#[actix_web::test]
async fn a_snapshot_fan_is_not_stored_not_signed_in_and_not_asked_about() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.consent(&browser, &fan, "/", "snapshot").await;
    let page = browser.get(&callback).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("使用完整服务"));
    assert!(!browser.is_signed_in());
    assert_eq!((app.rows(None).await, app.platform.calls("userinfo").await), (0, 0));
}

#[actix_web::test]
async fn a_snapshot_of_a_silent_login_is_refused_too() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let begun = browser.get(&app.at("/login")).await;
    let callback = app.minted_callback(&begun, &fan, "snsapi_base", true).await;
    let page = browser.get(&callback).await;
    assert_eq!((page.status, browser.is_signed_in()), (200, false));
    assert!(page.text().contains("使用完整服务"));
}

//! How a fan deletes everything.

use super::signs_in_again;
use crate::support::{
    Browser, Page, TestApp, eventually,
    photos::{PhotoApp, any_jpeg},
};

/// The number of the receipt that the page shows.
pub(super) fn number(page: &Page) -> String {
    let text = page.text();
    let (_, rest) = text
        .split_once("receipt__number\">")
        .unwrap_or_else(|| panic!("no receipt: {text}"));
    rest.split('<').next().unwrap().to_owned()
}

/// Deletes all of a fan; returns the redirect.
pub(super) async fn delete(app: &TestApp, fan: &Browser) -> Page {
    fan.post(&app.at("/me/delete"), &[("confirm", "yes")]).await
}

#[actix_web::test]
async fn without_a_confirmation_the_page_names_what_goes_and_nothing_does() {
    let site = PhotoApp::start().await;
    let openid = site.app.platform.fan("小雨").await;
    let fan = site.app.registered(&openid).await;
    site.saved(&fan, &any_jpeg()).await;
    let page = fan.post(&site.app.at("/me/delete"), &[]).await;
    let text = page.text();
    assert_eq!(page.status, 200, "{text}");
    for named in ["小雨", "昵称", "头像", "登录", "1 张照片"] {
        assert!(text.contains(named), "{named}: {text}");
    }
    assert_eq!(text.matches("<form").count(), 1);
    assert!(text.contains("method=\"post\" action=\"/me/delete\""), "{text}");
    assert!(text.contains("type=\"hidden\" name=\"confirm\""), "{text}");
    assert_eq!(site.app.rows(Some(&openid)).await, 1);
    assert_eq!(fan.get(&site.app.at("/photos")).await.status, 200);
}

#[actix_web::test]
async fn a_confirmed_deletion_ends_the_sessions_removes_all_and_gives_a_receipt() {
    let site = PhotoApp::start().await;
    let app = &site.app;
    let openid = app.platform.fan("Zyzzyva-Made-Up").await;
    let fan = app.registered(&openid).await;
    site.saved(&fan, &any_jpeg()).await;
    let (copy, tablet) = (fan.copy(), app.registered(&openid).await);
    let gone = delete(app, &fan).await;
    assert_eq!(gone.status, 303, "{}", gone.text());
    assert!(!fan.is_signed_in());
    assert_eq!(app.rows(Some(&openid)).await, 0);
    for browser in [&fan, &copy, &tablet] {
        assert_eq!(browser.get(&app.at("/me")).await.status, 303, "a login begins");
    }
    let page = app.browser().get(&app.at(gone.location())).await;
    assert_eq!(page.status, 200);
    for who in [openid.as_str(), "Zyzzyva"] {
        assert!(!page.text().contains(who) && !gone.location().contains(who));
    }
    let receipt = number(&page);
    let stored = format!("SELECT COUNT(*) AS found FROM erasure_receipts WHERE id = '{receipt}' AND reason = 'fan'");
    assert_eq!(app.number(&stored).await, 1);
    eventually("all is gone", async || {
        let page = fan.get(&app.at(gone.location())).await;
        page.text().contains("您的数据已删除") && page.text().contains("这里没有它的资料")
    })
    .await;
    assert!(site.files().is_empty(), "{:?}", site.files());
    let traces = crate::erasure::traces_of(app, &[&openid, "Zyzzyva"]).await;
    assert!(traces.is_empty(), "{traces:?}");
    let unknown = super::signs_in_again(app, &app.browser(), &openid, "/login").await;
    assert_eq!(unknown.path(), "/welcome", "the fan is unknown again");
}

#[actix_web::test]
async fn a_form_that_is_sent_twice_shows_the_same_receipt() {
    let app = TestApp::start().await;
    let openid = app.platform.fan("小雨").await;
    let fan = app.registered(&openid).await;
    let (twin, again) = (fan.copy(), fan.copy());
    let first = delete(&app, &fan).await;
    let second = delete(&app, &twin).await;
    assert_eq!(second.location(), first.location());
    let finished = "SELECT COUNT(*) AS found FROM erasure_receipts WHERE finished_at IS NOT NULL";
    eventually("all is gone", async || app.number(finished).await == 1).await;
    let third = delete(&app, &again).await;
    assert_eq!(third.location(), first.location(), "also when nothing is left to do");
    let written = "SELECT COUNT(*) AS found FROM erasure_receipts";
    assert_eq!(app.number(written).await, 1);
}

#[actix_web::test]
async fn a_deletion_wants_a_login_of_the_last_ten_minutes() {
    let app = TestApp::start().await;
    let openid = app.platform.fan("小雨").await;
    let fan = app.registered(&openid).await;
    app.clock.advance(601);
    for form in [&[][..], &[("confirm", "yes")]] {
        let page = fan.post(&app.at("/me/delete"), form).await;
        assert_eq!((page.status, page.location()), (303, "/login?next=%2Fme"));
    }
    assert_eq!(app.rows(Some(&openid)).await, 1);
    let page = signs_in_again(&app, &fan, &openid, "/login?next=%2Fme").await;
    assert_eq!(page.path(), "/me");
    assert_eq!(fan.post(&app.at("/me/delete"), &[]).await.status, 200);
    assert_eq!(delete(&app, &fan).await.status, 303);
    assert_eq!(app.rows(Some(&openid)).await, 0);
}

#[actix_web::test]
async fn while_the_database_is_away_nothing_is_deleted_and_the_session_stays() {
    let app = TestApp::start().await;
    let openid = app.platform.fan("小雨").await;
    let fan = app.registered(&openid).await;
    let outage = app.backends.take_database_away();
    let page = delete(&app, &fan).await;
    assert_eq!(page.status, 503);
    assert!(fan.is_signed_in());
    outage.end();
    eventually("the deletion is taken", async || delete(&app, &fan).await.status == 303).await;
    assert_eq!(app.rows(Some(&openid)).await, 0);
}

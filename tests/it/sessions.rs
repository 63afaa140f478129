//! The session and its end.

use crate::support::{Browser, TestApp};

async fn signed_in(app: &TestApp) -> Browser {
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await
}

#[actix_web::test]
async fn the_session_cookie_is_sealed_and_guarded() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.consent(&browser, &fan, "/", "agree").await;
    let response = browser.get(&callback).await;
    let cookies = response.set_cookies();
    let cookie = cookies
        .iter()
        .find(|cookie| cookie.starts_with("fanpass_session="))
        .unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=3600"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains(&fan) && !cookie.contains("Domain"));
}

#[actix_web::test]
async fn behind_https_the_cookies_are_secure_and_bound_to_the_host() {
    let app = TestApp::with()
        .set("server.public_url", "https://fans.example")
        .start()
        .await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let begun = browser.get(&app.at("/register")).await;
    assert_eq!(
        begun.carried("redirect_uri").as_deref(),
        Some("https://fans.example/wechat/callback")
    );
    let pending = begun.set_cookies()[0].to_owned();
    assert!(pending.starts_with("__Host-fanpass_login_") && pending.contains("Secure") && pending.contains("Path=/"));
    assert!(!pending.contains("Domain"));
    assert_eq!(begun.header("strict-transport-security"), Some("max-age=31536000"));
    let callback = app.minted_callback(&begun, &fan, "snsapi_userinfo", false).await;
    let response = browser.get(&callback).await;
    let cookies = response.set_cookies();
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-fanpass_session="))
        .unwrap();
    assert!(session.contains("Secure"), "{session}");
}

#[actix_web::test]
async fn every_sign_in_gives_a_new_session() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.registered(&fan).await;
    let first = browser.cookie("fanpass_session").unwrap();
    app.register(&browser, &fan, "/").await;
    assert_ne!(browser.cookie("fanpass_session").unwrap(), first);
}

#[actix_web::test]
async fn a_session_ends_by_the_servers_clock_and_the_next_page_begins_a_silent_login() {
    let app = TestApp::with().set("session.ttl_seconds", "600").start().await;
    let browser = signed_in(&app).await;
    app.clock.advance(590);
    assert_eq!(browser.get(&app.at("/")).await.status, 200);
    app.clock.advance(20);
    let page = browser.get(&app.at("/")).await;
    assert_eq!(
        (page.status, page.carried("scope").as_deref()),
        (303, Some("snsapi_base"))
    );
}

#[actix_web::test]
async fn a_page_does_not_prolong_the_session() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    assert!(browser.get(&app.at("/")).await.set_cookies().is_empty());
}

#[actix_web::test]
async fn a_forged_session_is_nobody() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    let real = browser.cookie("fanpass_session").unwrap();
    for forged in [
        "",
        "1",
        "%7B%7D",
        &real[..real.len() - 4],
        &format!("{real}AAAA"),
        &real.to_lowercase(),
    ] {
        browser.set_cookie("fanpass_session", forged);
        assert_eq!(browser.get(&app.at("/")).await.status, 303, "{forged}");
    }
}

#[actix_web::test]
async fn a_session_of_another_key_is_nobody() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    let other = TestApp::with()
        .env("SESSION_KEY", &"fedcba9876543210".repeat(8))
        .start()
        .await;
    assert_eq!(browser.get(&other.at("/")).await.status, 303);
}

#[actix_web::test]
async fn logging_out_ends_the_session_and_begins_nothing() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    let response = browser.post(&app.at("/logout"), &[]).await;
    assert_eq!((response.status, response.location()), (303, "/signed-out"));
    assert!(!browser.is_signed_in());
    let page = browser.get(&app.at("/signed-out")).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("href=\"/login\""), "{}", page.text());
    assert_eq!(browser.get(&app.at("/")).await.status, 303);
}

#[actix_web::test]
async fn only_our_own_pages_can_log_a_fan_out() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    let url = app.at("/logout");
    for headers in [
        vec![],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
    ] {
        let page = browser.request("POST", &url, &headers, Some(&[])).await;
        assert_eq!(page.status, 403, "{headers:?}");
        assert!(browser.is_signed_in() && browser.get(&app.at("/")).await.status == 200);
    }
    assert_eq!(browser.get(&url).await.status, 405);
    let referer = app.at("/");
    let page = browser.request("POST", &url, &[("referer", &referer)], Some(&[])).await;
    assert_eq!(page.status, 303);
}

#[actix_web::test]
async fn a_fan_whose_row_is_gone_is_nobody() {
    let app = TestApp::start().await;
    let browser = signed_in(&app).await;
    app.execute("DELETE FROM fans_profiles").await;
    let page = browser.get(&app.at("/")).await;
    assert_eq!(page.status, 303);
    assert!(!browser.is_signed_in());
    assert_eq!(browser.open(&app.at("/")).await.path(), "/welcome");
}

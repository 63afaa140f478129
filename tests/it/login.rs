//! The silent login.

use crate::support::{Browser, TestApp, parameter};

#[actix_web::test]
async fn a_visitor_without_a_session_is_sent_to_a_silent_login() {
    let app = TestApp::start().await;
    let page = app.browser().get(&app.at("/")).await;
    assert_eq!(page.status, 303);
    let state = page.carried("state").unwrap();
    assert!(state.len() >= 32 && state.len() <= 128 && state.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let callback = format!("{}/wechat/callback", app.url)
        .replace(':', "%3A")
        .replace('/', "%2F");
    let expected = format!(
        "{}/connect/oauth2/authorize?appid=wx00000000000000aa&redirect_uri={callback}&response_type=code\
         &scope=snsapi_base&state={state}#wechat_redirect",
        app.platform.url
    );
    assert_eq!(page.location(), expected);
}

#[actix_web::test]
async fn each_login_has_a_state_of_its_own() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let first = browser.get(&app.at("/login")).await.carried("state");
    let second = browser.get(&app.at("/login")).await.carried("state");
    assert_ne!(first, second);
}

#[actix_web::test]
async fn the_host_header_does_not_move_the_callback() {
    let app = TestApp::start().await;
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
    ];
    let page = app.browser().request("GET", &app.at("/"), &headers, None).await;
    assert!(
        parameter(page.location(), "redirect_uri")
            .unwrap()
            .starts_with(&app.url)
    );
}

#[actix_web::test]
async fn a_fan_who_is_known_is_signed_in_silently_and_lands_on_a_clean_url() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &fan, "/%3Ftab=2").await;
    let response = browser.get(&callback).await;
    assert_eq!((response.status, response.location()), (303, "/?tab=2"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(response.header("referrer-policy"), Some("no-referrer"));
    assert!(browser.is_signed_in());
    let index = browser.get(&app.at("/")).await;
    assert_eq!(index.status, 200);
    assert!(index.text().contains("小雨"));
}

#[actix_web::test]
async fn a_fan_comes_back_silently_through_the_index_page_itself() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.registered(&fan).await;
    browser.forget_cookies("fanpass_");
    let page = browser.open(&app.at("/")).await;
    assert_eq!((page.status, page.path()), (200, "/"));
    assert!(page.text().contains("小雨"));
}

#[actix_web::test]
async fn an_unknown_fan_gets_the_prompt_and_no_row() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &fan, "/photos").await;
    let page = browser.open(&callback).await;
    assert_eq!(
        (page.status, page.path(), page.url.query()),
        (200, "/welcome", Some("next=%2Fphotos"))
    );
    assert!(page.text().contains("示例公众号") && page.text().contains("https://fans.example/privacy"));
    assert!(!browser.is_signed_in());
    assert_eq!(app.rows(None).await, 0);
}

#[actix_web::test]
async fn a_fan_who_is_signed_in_goes_straight_to_next() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.registered(&fan).await;
    let login = browser.get(&app.at("/login?next=/photos")).await;
    assert_eq!((login.status, login.location()), (303, "/photos"));
    let welcome = browser.get(&app.at("/welcome?next=/photos")).await;
    assert_eq!((welcome.status, welcome.location()), (303, "/photos"));
}

#[actix_web::test]
async fn only_get_completes_a_login() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.registered(&fan).await;
    browser.forget_cookies("fanpass_");
    let callback = app.silent_callback(&browser, &fan, "/").await;
    for method in ["HEAD", "POST", "PUT"] {
        assert_eq!(
            browser.request(method, &callback, &[], None).await.status,
            405,
            "{method}"
        );
    }
    assert_eq!(browser.get(&callback).await.status, 303);
}

#[actix_web::test]
async fn a_state_is_bound_to_its_browser() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let before = app.platform.calls("access_token").await;
    let callback = app.silent_callback(&app.browser(), &fan, "/").await;
    let stranger: Browser = app.browser();
    let page = stranger.get(&callback).await;
    assert_eq!(page.status, 400);
    assert!(page.text().contains("使用完整服务"));
    assert!(!stranger.is_signed_in());
    assert_eq!(
        app.platform.calls("access_token").await,
        before,
        "the code was not spent"
    );
}

#[actix_web::test]
async fn a_made_up_or_missing_state_spends_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.get(&app.at("/login")).await;
    let zeros = "0".repeat(40);
    for query in [
        "",
        "?code=x",
        "?code=x&state=",
        "?state=x",
        &format!("?code=x&state={zeros}"),
        "?code=%ff&state=%ff",
    ] {
        let page = browser.get(&app.at(&format!("/wechat/callback{query}"))).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(page.text().contains("/login"), "there is a way on");
    }
    assert_eq!(app.platform.calls("access_token").await, 0);
}

#[actix_web::test]
async fn a_login_that_was_begun_too_long_ago_is_void() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &fan, "/").await;
    app.clock.advance(601);
    assert_eq!(browser.get(&callback).await.status, 400);
}

#[actix_web::test]
async fn tabs_log_in_side_by_side_also_when_begun_at_once() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let browser = app.browser();
    let urls = [app.at("/login?next=/a"), app.at("/login?next=/b")];
    let begun = futures_util::future::join(browser.get(&urls[0]), browser.get(&urls[1])).await;
    let first = browser.decide(begun.0.location(), &fan, "agree").await;
    let second = browser.decide(begun.1.location(), &fan, "agree").await;
    let landed = [browser.get(&second).await, browser.get(&first).await];
    assert_eq!(landed.each_ref().map(|page| page.location()), ["/b", "/a"]);
    assert!(
        browser
            .cookie_names()
            .iter()
            .all(|name| !name.starts_with("fanpass_login_")),
        "both are gone"
    );
}

#[actix_web::test]
async fn a_sixth_pending_login_drops_the_oldest_also_within_one_second() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let mut callbacks = Vec::new();
    for _ in 0..6 {
        callbacks.push(app.silent_callback(&browser, &fan, "/").await);
    }
    let pending = browser
        .cookie_names()
        .iter()
        .filter(|name| name.starts_with("fanpass_login_"))
        .count();
    assert_eq!(pending, 5);
    assert_eq!(browser.get(&callbacks[0]).await.status, 400);
    for callback in &callbacks[1..] {
        assert_eq!(browser.get(callback).await.status, 303);
    }
}

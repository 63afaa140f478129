//! Which language a page has, and where a choice of it goes.

use crate::support::{Browser, Page, TestApp};

const ENGLISH_WECHAT: &str = "Mozilla/5.0 (iPhone) MicroMessenger/8.0.31(0x18001f2e) NetType/4G Language/en";
const COOKIE: &str = "fanpass_lang";

fn language(page: &Page) -> &'static str {
    let text = page.text();
    let is =
        |tag: &str| text.contains(&format!("<html lang=\"{tag}\">")) && page.header("content-language") == Some(tag);
    match (is("zh-CN"), is("en")) {
        (true, false) => "zh",
        (false, true) => "en",
        _ => panic!("{} has no language: {text}", page.url),
    }
}

#[actix_web::test]
async fn a_choice_is_kept_in_a_cookie_and_weighs_more_than_wechat() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser.get(&app.at("/welcome")).await;
    assert_eq!((language(&page), page.set_cookies().len()), ("zh", 0));
    assert!(page.text().contains("href=\"?lang=en\""), "{}", page.text());

    let page = browser.get(&app.at("/welcome?next=%2Fshop&lang=en")).await;
    assert_eq!(language(&page), "en");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let cookie = page.set_cookies()[0];
    assert_eq!(
        cookie,
        "fanpass_lang=en; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"
    );
    assert!(
        page.text().contains("href=\"?next=%2Fshop&amp;lang=zh\""),
        "{}",
        page.text()
    );

    assert_eq!(language(&browser.get(&app.at("/signed-out")).await), "en");
    assert_eq!(language(&browser.get(&app.at("/nothing?lang=zh")).await), "zh");
    assert_eq!(language(&browser.get(&app.at("/signed-out")).await), "zh");
}

#[actix_web::test]
async fn behind_https_the_cookie_has_the_host_prefix() {
    let app = TestApp::with()
        .set("server.public_url", "https://fans.example")
        .start()
        .await;
    let browser = app.browser();
    let page = browser.get(&app.at("/welcome?lang=en")).await;
    let cookie = page.set_cookies()[0].to_owned();
    assert!(
        cookie.starts_with("__Host-fanpass_lang=en; ") && cookie.contains("; Secure"),
        "{cookie}"
    );
    // A sibling site can set a cookie without the prefix.
    let foreign = [("cookie", "fanpass_lang=en")];
    let page = app.browser().request("GET", &app.at("/welcome"), &foreign, None).await;
    assert_eq!(language(&page), "zh");
    let ours = [("cookie", "__Host-fanpass_lang=junk; __Host-fanpass_lang=en")];
    let page = app.browser().request("GET", &app.at("/welcome"), &ours, None).await;
    assert_eq!(language(&page), "en");
}

#[actix_web::test]
async fn junk_sets_no_cookie_and_is_not_repeated() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for junk in [
        "lang=fr",
        "lang=",
        "lang=en%0d%0aset-cookie:x=y",
        "lang=%22%3E%3Cscript%3E",
    ] {
        let page = browser.get(&app.at(&format!("/signed-out?{junk}"))).await;
        assert_eq!((language(&page), page.set_cookies().len()), ("zh", 0), "{junk}");
        assert!(junk.len() == 5 || !page.text().contains(junk), "{junk}");
    }
    let page = browser.get(&app.at("/static/none.css?lang=en")).await;
    assert!(page.set_cookies().is_empty(), "what anybody may cache keeps no choice");
}

#[actix_web::test]
async fn error_pages_of_every_layer_speak_the_visitor_s_language() {
    let app = TestApp::with().set("limits.per_address_per_minute", "1").start().await;
    let browser = Browser::new(ENGLISH_WECHAT);
    let long = format!("/?{}", "a".repeat(9000));
    for (path, status) in [
        ("/nothing", 404),
        ("/logout", 405),
        (long.as_str(), 414),
        ("/login", 303),
        ("/login", 429),
    ] {
        let page = browser.get(&app.at(path)).await;
        assert_eq!(page.status, status, "{path:.40}");
        if status != 303 {
            assert_eq!(language(&page), "en", "{path:.40}");
        }
    }
    let foreign = [("origin", "https://evil.example")];
    let page = browser.request("POST", &app.at("/logout"), &foreign, Some(&[])).await;
    assert_eq!((page.status, language(&page)), (403, "en"));
    assert!(!page.text().contains("hreflang"), "a form cannot be loaded again");
}

#[actix_web::test]
async fn the_callback_links_to_no_other_language_and_repeats_no_code() {
    let app = TestApp::start().await;
    let browser = Browser::new(ENGLISH_WECHAT);
    let fan = app.platform.fan("小雨").await;
    let declined = app.consent(&browser, &fan, "/", "refuse").await;
    for callback in [declined, app.at("/wechat/callback?code=made-up&state=made-up&lang=en")] {
        let page = browser.get(&callback).await;
        assert_eq!(language(&page), "en");
        assert!(
            !page.text().contains("hreflang") && !page.text().contains("made-up"),
            "{}",
            page.text()
        );
    }
}

#[actix_web::test]
async fn a_choice_is_in_no_url_of_a_login() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    for path in [
        "/?lang=en",
        "/login?lang=en&next=%2Fshop%3Flang%3Den%26a%3Db",
        "/register?lang=en",
    ] {
        let page = browser.get(&app.at(path)).await;
        assert_eq!(page.status, 303, "{path}");
        assert!(!page.location().contains("lang"), "{}", page.location());
        assert!(browser.cookie(COOKIE).is_some());
    }
    let begun = browser.get(&app.at("/login?next=%2Fshop%3Flang%3Den%26a%3Db")).await;
    let callback = browser.decide(begun.location(), &fan, "agree").await;
    let page = browser.get(&callback).await;
    assert_eq!(page.location(), "/welcome?next=%2Fshop%3Fa%3Db");
}

#[actix_web::test]
async fn the_choice_fits_beside_every_other_cookie() {
    let app = TestApp::with()
        .set("server.public_url", "https://fans.example")
        .start()
        .await;
    let browser = app.browser();
    browser.get(&app.at("/signed-out?lang=en")).await;
    let next = format!("/{}", "a".repeat(255));
    for _ in 0..6 {
        let begun = browser.get(&app.at(&format!("/register?next={next}"))).await;
        assert_eq!(begun.status, 303);
    }
    let sent = browser.cookie_header();
    assert!(
        sent.contains("__Host-fanpass_lang=en") && sent.matches("fanpass_login_").count() == 5,
        "{sent}"
    );
    // The session has some 600 bytes.
    assert!(sent.len() < 5 * 1024, "{}", sent.len());
}

//! Outside WeChat's browser.

use crate::support::{Browser, TestApp, encoded};

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/132.0.0.0 Safari/537.36";
const WECOM: &str = "Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0.34.2340(0x2800225B) wxwork/4.1.0 Weixin";

#[actix_web::test]
async fn every_login_route_shows_its_own_url_and_never_a_code() {
    let app = TestApp::with().set("wechat.require_app", "true").start().await;
    for agent in [CHROME, WECOM, ""] {
        let browser = Browser::new(agent);
        for (path, shown) in [
            ("/", "/"),
            ("/login?next=/photos", "/login?next=%2Fphotos"),
            ("/welcome?next=/photos", "/welcome?next=%2Fphotos"),
            ("/register", "/register"),
            ("/wechat/callback?code=made-up-code&state=made-up-state", "/"),
        ] {
            let page = browser.get(&app.at(path)).await;
            assert_eq!(page.status, 200, "{path}");
            let text = page.text();
            assert!(
                text.contains("请在微信客户端打开") && text.contains("<svg"),
                "{path}: {text}"
            );
            let url = app.at(shown).replace('&', "&amp;");
            assert!(text.contains(&url), "{path} shows {url}: {text}");
            assert!(!text.contains("made-up"), "{path}");
            assert!(page.set_cookies().is_empty(), "{path} begins nothing");
        }
    }
    assert_eq!(app.platform.calls("access_token").await, 0);
}

#[actix_web::test]
async fn in_wechat_the_login_begins_also_where_the_app_is_required() {
    let app = TestApp::with().set("wechat.require_app", "true").start().await;
    assert_eq!(app.browser().get(&app.at("/")).await.status, 303);
}

#[actix_web::test]
async fn a_browser_that_is_signed_in_keeps_its_pages() {
    let app = TestApp::with().set("wechat.require_app", "true").start().await;
    let fan = app.platform.fan("小雨").await;
    let cookies = app.registered(&fan).await.cookie_header();
    let page = Browser::new(CHROME)
        .request("GET", &app.at("/"), &[("cookie", &cookies)], None)
        .await;
    assert!(page.text().contains("小雨"));
}

#[actix_web::test]
async fn where_the_app_is_not_required_any_browser_logs_in() {
    let app = TestApp::start().await;
    let page = Browser::new(CHROME)
        .get(&app.at(&format!("/login?next={}", encoded("/a"))))
        .await;
    assert_eq!(page.status, 303);
}

//! The headers that every kind of response carries.

use crate::support::{Page, TestApp};

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

struct Site {
    app: TestApp,
    secure: bool,
}

impl Site {
    fn assert_headers(&self, kind: &str, page: &Page, status: u16, referrer: &str, cache: &str) {
        assert_eq!(page.status, status, "{kind}: {}", page.text());
        let hsts = self.secure.then_some("max-age=31536000");
        let table = [
            ("content-security-policy", Some(CONTENT_SECURITY_POLICY)),
            ("x-content-type-options", Some("nosniff")),
            ("x-frame-options", Some("DENY")),
            (
                "permissions-policy",
                Some("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ),
            ("cross-origin-opener-policy", Some("same-origin")),
            ("cross-origin-resource-policy", Some("same-origin")),
            ("strict-transport-security", hsts),
            ("referrer-policy", Some(referrer)),
            ("cache-control", Some(cache)),
            ("server", None),
            ("x-powered-by", None),
        ];
        for (name, expected) in table {
            assert_eq!(page.header(name), expected, "{kind}: {name}");
            let times = page.headers.iter().filter(|(key, _)| key == name).count();
            assert!(times <= 1, "{kind}: {name} stands {times} times");
        }
    }

    async fn check_every_kind(&self) {
        let (app, browser) = (&self.app, self.app.browser());
        let prompt = browser.get(&app.at("/welcome")).await;
        let css = prompt
            .text()
            .split('"')
            .find(|part| part.starts_with("/static/") && part.ends_with(".css"))
            .unwrap()
            .to_owned();
        let gets = [
            ("a page", "/welcome".to_owned(), 200, "same-origin", "no-store"),
            (
                "the beginning of a login",
                "/login".to_owned(),
                303,
                "same-origin",
                "no-store",
            ),
            (
                "the beginning of a login at the index",
                "/".to_owned(),
                303,
                "same-origin",
                "no-store",
            ),
            ("a file", css, 200, "same-origin", "public, max-age=31536000, immutable"),
            (
                "no file",
                "/static/nothing.css".to_owned(),
                404,
                "no-referrer",
                "no-store",
            ),
            (
                "a file whose name is no text",
                "/static/%ff".to_owned(),
                404,
                "no-referrer",
                "no-store",
            ),
            ("no page", "/nothing".to_owned(), 404, "no-referrer", "no-store"),
            (
                "a page for another method",
                "/logout".to_owned(),
                405,
                "no-referrer",
                "no-store",
            ),
            (
                "a callback without a state",
                "/wechat/callback?code=x".to_owned(),
                400,
                "no-referrer",
                "no-store",
            ),
            (
                "a URL that is too long",
                format!("/?{}", "a".repeat(9000)),
                414,
                "no-referrer",
                "no-store",
            ),
        ];
        for (kind, path, status, referrer, cache) in gets {
            self.assert_headers(kind, &browser.get(&app.at(&path)).await, status, referrer, cache);
        }
        let cookies = "a".repeat(33_000);
        let page = browser.request("GET", &app.at("/"), &[("x-a", &cookies)], None).await;
        self.assert_headers("headers that are too long", &page, 431, "no-referrer", "no-store");
        let evil = [("origin", "https://evil.example")];
        let page = browser.request("POST", &app.at("/logout"), &evil, Some(&[])).await;
        self.assert_headers("a foreign form", &page, 403, "no-referrer", "no-store");
        let long = "a".repeat(2000);
        let page = browser
            .request("POST", &app.at("/logout"), &[], Some(&[("a", &long)]))
            .await;
        self.assert_headers("a body that is too long", &page, 413, "no-referrer", "no-store");
    }
}

#[actix_web::test]
async fn every_kind_of_response_has_its_headers() {
    let app = TestApp::start().await;
    Site { app, secure: false }.check_every_kind().await;
}

#[actix_web::test]
async fn behind_https_every_kind_of_response_has_its_headers_and_hsts() {
    let app = TestApp::with()
        .set("server.public_url", "https://fans.example")
        .start()
        .await;
    Site { app, secure: true }.check_every_kind().await;
}

#[actix_web::test]
async fn what_follows_a_callback_sends_no_referrer_and_is_not_kept() {
    let app = TestApp::start().await;
    let (fan, browser) = (app.platform.fan("小雨").await, app.browser());
    let callback = app.consent(&browser, &fan, "/", "agree").await;
    let site = Site { app, secure: false };
    site.assert_headers(
        "a sign-in",
        &browser.get(&callback).await,
        303,
        "no-referrer",
        "no-store",
    );
    site.assert_headers(
        "the index",
        &browser.get(&site.app.at("/")).await,
        200,
        "same-origin",
        "no-store",
    );
    let page = browser.post(&site.app.at("/logout"), &[]).await;
    site.assert_headers("a logout", &page, 303, "same-origin", "no-store");
}

#[actix_web::test]
async fn a_refusal_for_haste_and_an_outage_have_their_headers() {
    let app = TestApp::with().set("limits.per_address_per_minute", "1").start().await;
    let browser = app.browser();
    browser.get(&app.at("/login")).await;
    let page = browser.get(&app.at("/login")).await;
    let site = Site { app, secure: false };
    site.assert_headers("too many requests", &page, 429, "no-referrer", "no-store");
    let app = TestApp::with().set("database.pool_timeout_ms", "200").start().await;
    let (fan, browser) = (app.platform.fan("小雨").await, app.browser());
    let callback = app.consent(&browser, &fan, "/", "agree").await;
    let outage = app.backends.take_database_away();
    let page = browser.get(&callback).await;
    outage.end();
    Site { app, secure: false }.assert_headers("an outage", &page, 503, "no-referrer", "no-store");
}

#[actix_web::test]
async fn only_pages_that_use_the_js_sdk_may_load_its_file() {
    for (enabled, hosts) in [
        (
            "true",
            " https://res.wx.qq.com/open/js/jweixin-1.6.0.js https://res2.wx.qq.com/open/js/jweixin-1.6.0.js",
        ),
        ("false", ""),
    ] {
        let builder = TestApp::with().set("jssdk.enabled", enabled);
        let builder = builder.set("wechat.open_url", "https://open.weixin.qq.com");
        let app = builder.set("photos.enabled", "true").start().await;
        let photos = app.browser().get(&app.at("/photos")).await;
        let csp = photos.header("content-security-policy").unwrap();
        assert!(
            csp.contains(&format!(
                "script-src 'self'{hosts}; img-src 'self' data:; connect-src 'self';"
            )),
            "{csp}"
        );
        let index = app.browser().get(&app.at("/signed-out")).await;
        assert_eq!(index.header("content-security-policy"), Some(CONTENT_SECURITY_POLICY));
    }
}

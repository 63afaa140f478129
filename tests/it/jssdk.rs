//! Signatures for the JS-SDK: for our pages and those of apps, right, and for nobody else's.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::support::{Page, TestApp, TestAppBuilder};

const OPS_KEY: &str = "ops-key-made-up-0123456789abcdef01234567";

fn with_jssdk() -> TestAppBuilder {
    TestApp::with()
        .env("OPS_API_KEY", OPS_KEY)
        .set("cache.timeout_ms", "1000")
        .set("jssdk.enabled", "true")
        .set("apps.shop.hosts", "shop.example")
        .set("apps.shop.jssdk", "true")
        .set("apps.crm.hosts", "crm.example")
}

/// `url` is encoded as `encodeURIComponent` does.
async fn config(app: &TestApp, url: &str) -> Page {
    let encoded: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
    let path = format!("{}/api/jssdk/config?url={}", app.url, encoded.replace('+', "%20"));
    app.browser().get(&path).await
}

async fn config_from(app: &TestApp, url: &str, origin: &str) -> Page {
    app.browser()
        .request(
            "GET",
            &format!("{}/api/jssdk/config?url={url}", app.url),
            &[("Origin", origin)],
            None,
        )
        .await
}

fn document(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap_or_else(|error| panic!("{error}: {}", page.text()))
}

async fn ticket(app: &TestApp) -> String {
    let key = format!("Bearer {OPS_KEY}");
    let page = app
        .internal("GET", "/internal/jsapi-ticket", Some(&key), Value::Null)
        .await;
    document(&page)["ticket"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_page_of_ours_gets_a_right_signature_and_nothing_else() {
    let app = with_jssdk().start().await;
    let url = format!("{}/photos?from=singlemessage&name=%E5%95%86", app.url);
    let page = config(&app, &format!("{url}#top")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("set-cookie"), None);
    assert_eq!(page.header("vary"), Some("Origin"));
    let document = document(&page);
    let keys: BTreeSet<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["appId", "nonceStr", "signature", "timestamp"].into());
    assert_eq!(document["appId"], app.app_id.as_str());
    let (nonce, timestamp) = (
        document["nonceStr"].as_str().unwrap(),
        document["timestamp"].as_i64().unwrap(),
    );
    let text = format!(
        "jsapi_ticket={}&noncestr={nonce}&timestamp={timestamp}&url={url}",
        ticket(&app).await
    );
    assert_eq!(document["signature"], hex::encode(Sha1::digest(text.as_bytes())));
    let other = config(&app, &url).await;
    assert_ne!(self::document(&other)["nonceStr"], nonce);
}

#[actix_web::test]
async fn a_url_that_is_not_ours_is_refused_and_asks_the_platform_nothing() {
    let app = with_jssdk().start().await;
    for url in [
        "https://evil.example/",
        "https://www.shop.example/",
        "http://shop.example/",
        "https://shop.example:8443/",
        "https://crm.example/",
        "https://shop.example@evil.example/",
        "https://user:pass@shop.example/",
        "https://evil.example\\@shop.example/",
        " https://shop.example/",
        "https://shop.example/\n",
        "javascript:alert(1)",
        "https://shop.example.evil.example/",
    ] {
        let page = config(&app, url).await;
        assert_eq!(page.status, 403, "{url}: {}", page.text());
        let document = document(&page);
        assert_eq!(document["type"], "urn:fanpass:problem:page-url-foreign");
        assert!(!page.text().contains(".example"), "it names no host: {}", page.text());
    }
    assert_eq!(app.platform.calls("ticket").await, 0);
    assert_eq!(app.platform.calls("stable_token").await, 0);
}

#[actix_web::test]
async fn a_url_that_cannot_be_read_is_refused() {
    let app = with_jssdk().start().await;
    let long = format!("?url=https://shop.example/{}", "a".repeat(2048));
    for query in [
        "",
        "?url=",
        "?url=%FF",
        "?url=photos",
        "?uri=https://shop.example/",
        &long,
    ] {
        let page = app.browser().get(&format!("{}/api/jssdk/config{query}", app.url)).await;
        assert_eq!(page.status, 400, "{query}: {}", page.text());
        assert_eq!(document(&page)["type"], "urn:fanpass:problem:page-url-unreadable");
    }
}

#[actix_web::test]
async fn only_the_page_of_an_app_may_read_it_from_elsewhere_and_errors_too() {
    let app = with_jssdk().start().await;
    for (url, status) in [("https://shop.example/", 200), ("https://evil.example/", 403)] {
        let page = config_from(&app, url, "https://shop.example").await;
        assert_eq!(page.status, status, "{}", page.text());
        let allowed = page.header("access-control-allow-origin");
        assert_eq!(allowed, Some("https://shop.example"));
        assert_eq!(page.header("vary"), Some("Origin"));
        assert_eq!(page.header("access-control-allow-credentials"), None);
        for origin in [
            "https://evil.example",
            "http://shop.example",
            "https://crm.example",
            "null",
        ] {
            let page = config_from(&app, url, origin).await;
            assert_eq!(page.header("access-control-allow-origin"), None, "{origin}");
            assert_eq!(page.header("vary"), Some("Origin"));
        }
    }
    // What never reaches the handler, too.
    let path = format!("{}/api/jssdk/config", app.url);
    let refused = app.browser().request("PUT", &path, &[], None).await;
    assert_eq!((refused.status, refused.header("vary")), (405, Some("Origin")));
    let other = app
        .browser()
        .request("GET", &app.url, &[("Origin", "https://shop.example")], None)
        .await;
    assert_eq!(other.header("access-control-allow-origin"), None);
}

#[actix_web::test]
async fn without_the_setting_there_is_no_such_route() {
    let app = TestApp::start().await;
    assert_eq!(config(&app, &app.url).await.status, 404);
}

#[actix_web::test]
async fn fifty_cold_signatures_on_three_replicas_cost_one_token_and_one_ticket() {
    let one = with_jssdk().start().await;
    let (two, three) = (one.replica().await, one.replica().await);
    for endpoint in ["stable_token", "ticket"] {
        one.platform
            .fault(endpoint, json!({ "kind": "delay", "ms": 300 }))
            .await;
    }
    let replicas = [&one, &two, &three];
    let pages = join_all((0..50).map(|number| config(replicas[number % 3], "https://shop.example/"))).await;
    assert!(pages.iter().all(|page| page.status == 200));
    // Without a cache that they share each process asks for itself.
    let most = if one.backends.redis_url.is_some() { 1 } else { 3 };
    for endpoint in ["stable_token", "ticket"] {
        assert_eq!(one.platform.calls(endpoint).await, most, "{endpoint}");
    }
}

#[actix_web::test]
async fn a_platform_that_fails_is_a_problem_without_its_text() {
    for (fault, status) in [
        (json!({ "kind": "garbage", "body": "not_json" }), 502),
        (json!({ "kind": "errcode", "errcode": -1 }), 503),
        (json!({ "kind": "errcode", "errcode": 45009 }), 503),
        (json!({ "kind": "errcode", "errcode": 48001 }), 500),
        (json!({ "kind": "delay", "ms": 5000 }), 504),
    ] {
        let app = with_jssdk().set("wechat.timeout_ms", "1000").start().await;
        for _ in 0..3 {
            app.platform.fault("ticket", fault.clone()).await;
        }
        let page = config(&app, "https://shop.example/").await;
        assert_eq!(page.status, status, "{fault}: {}", page.text());
        assert_eq!(page.header("content-type"), Some("application/problem+json"));
        assert!(
            !page.text().contains("errmsg") && !page.text().contains("48001"),
            "{}",
            page.text()
        );
    }
}

#[actix_web::test]
async fn the_page_script_is_at_an_address_that_stays() {
    let app = TestApp::start().await;
    for (path, content_type, words) in [
        ("/static/fanpass.js", "text/javascript; charset=utf-8", "pickPhotos"),
        (
            "/static/fanpass.d.ts",
            "text/plain; charset=utf-8",
            "declare namespace fanpass",
        ),
    ] {
        let page = app.browser().get(&app.at(path)).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text().contains(words), "{path}");
        assert_eq!(page.header("content-type"), Some(content_type));
        assert_eq!(page.header("cache-control"), Some("public, no-cache"));
        assert_eq!(page.header("cross-origin-resource-policy"), Some("cross-origin"));
        assert_eq!(page.header("set-cookie"), None);
        let etag = page.header("etag").unwrap();
        for (known, status) in [(etag, 304), ("W/\"another\"", 200)] {
            let headers = [("If-None-Match", known)];
            let again = app.browser().request("GET", &app.at(path), &headers, None).await;
            assert_eq!((again.status, again.header("etag")), (status, Some(etag)), "{path}");
            assert_eq!(again.body.is_empty(), status == 304);
        }
    }
}

//! How long a request may be and how long it may take.

use std::time::Duration;

use crate::support::{TestApp, raw};

const SOON: Duration = Duration::from_secs(20);

fn assert_page(received: &raw::Received, status: u16) {
    assert_eq!(received.statuses(), [status], "{}", received.text);
    assert!(
        received.body().contains("<html lang=\"zh-CN\">") && received.body().contains("weui-btn_primary"),
        "{}",
        received.text
    );
    assert!(!received.text.contains("canary"), "it repeats what was sent");
}

#[actix_web::test]
async fn a_url_that_is_too_long_has_its_page() {
    let app = TestApp::start().await;
    let fits = format!("/signed-out?{}", "c".repeat(8000));
    assert_eq!(raw::get(&app.url, &fits, &[]).await.statuses(), [200]);
    for path in ["/signed-out?", "/nothing/", "/wechat/callback?state="] {
        let path = format!("{path}{}", "canary".repeat(1500));
        assert_page(&raw::get(&app.url, &path, &[]).await, 414);
    }
}

#[actix_web::test]
async fn headers_that_are_too_long_together_have_their_page() {
    let app = TestApp::start().await;
    let line = |bytes: usize| format!("cookie: a={}", "canary".repeat(bytes / 6)).into_bytes();
    assert_eq!(
        raw::get(&app.url, "/signed-out", &[&line(32_000)]).await.statuses(),
        [200]
    );
    assert_page(&raw::get(&app.url, "/signed-out", &[&line(33_000)]).await, 431);
    let many: Vec<Vec<u8>> = (0..80).map(|_| line(450)).collect();
    let many: Vec<&[u8]> = many.iter().map(Vec::as_slice).collect();
    assert_page(&raw::get(&app.url, "/signed-out", &many).await, 431);
}

#[actix_web::test]
async fn five_pending_logins_and_a_session_fit() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.registered(&fan).await;
    let next = format!("/{}", "n".repeat(250));
    for _ in 0..6 {
        assert_eq!(
            browser.get(&app.at(&format!("/register?next={next}"))).await.status,
            303
        );
    }
    assert!(browser.cookie_header().len() < 8 * 1024);
    assert_eq!(browser.get(&app.at("/")).await.status, 200);
}

/// What the server's own parser refuses comes to no code of ours: the response is bare, and the connection is over.
#[actix_web::test]
async fn what_is_no_request_is_refused_in_few_words() {
    let app = TestApp::start().await;
    let many: String = (0..97).map(|number| format!("x-{number}: canary\r\n")).collect();
    let table = [
        ("GET /canary HTTP/9.9\r\nhost: a\r\n\r\n".to_owned(), 400),
        ("canary\r\n\r\n".to_owned(), 400),
        (format!("GET / HTTP/1.1\r\nhost: a\r\n{many}\r\n"), 431),
        (
            format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "canary".repeat(30_000)),
            431,
        ),
        (
            "POST /logout HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\ncanary".to_owned(),
            400,
        ),
        (
            "POST /logout HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
                .to_owned(),
            400,
        ),
    ];
    for (sent, status) in table {
        let received = raw::send(&app.url, &sent, SOON).await;
        let excerpt: String = sent.chars().take(60).collect();
        assert_eq!(received.statuses(), [status], "{excerpt}: {}", received.text);
        assert!(
            received.body().is_empty() && received.closed_after.is_some(),
            "{excerpt}: {}",
            received.text
        );
    }
}

fn logout(app: &TestApp, cookies: &str, headers: &str, body: &str) -> String {
    let url = &app.url;
    format!("POST /logout HTTP/1.1\r\nhost: a\r\norigin: {url}\r\ncookie: {cookies}\r\n{headers}\r\n{body}")
}

#[actix_web::test]
async fn a_body_that_is_not_read_is_refused_when_long_and_ignored_when_short() {
    let app = TestApp::start().await;
    let fan = app.platform.fan("小雨").await;
    let cookies = app.registered(&fan).await.cookie_header();
    let long = logout(&app, &cookies, "content-length: 1000000\r\n", &"canary".repeat(1000));
    assert_page(&raw::send(&app.url, long, SOON).await, 413);
    let chunked = logout(
        &app,
        &cookies,
        "transfer-encoding: chunked\r\nconnection: close\r\n",
        "6\r\ncanary\r\n0\r\n\r\n",
    );
    assert_page(&raw::send(&app.url, chunked, SOON).await, 411);
    let smuggled = "GET /signed-out HTTP/1.1\r\nhost: a\r\n\r\n";
    let length = format!("content-length: {}\r\n", smuggled.len());
    let next = "GET /static/nothing HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let sent = logout(&app, &cookies, &length, smuggled) + next;
    let received = raw::send(&app.url, sent, SOON).await;
    assert_eq!(
        received.statuses(),
        [303, 404],
        "the body is no request: {}",
        received.text
    );
    assert!(received.closed_after.is_some());
}

#[actix_web::test]
async fn a_request_that_is_never_finished_is_dropped() {
    let app = TestApp::start().await;
    for sent in ["", "GET", "GET /signed-out HTTP/1.1\r\nhost: a\r\nx: "] {
        let received = raw::send(&app.url, sent, SOON).await;
        assert!(
            received
                .closed_after
                .is_some_and(|after| after < Duration::from_secs(12)),
            "{sent:?}"
        );
        assert_eq!(received.statuses(), [408], "{sent:?}: {}", received.text);
    }
}

#[actix_web::test]
async fn a_body_that_never_comes_keeps_no_connection() {
    let app = TestApp::start().await;
    let sent = logout(&app, "", "content-length: 500\r\n", "half");
    let received = raw::send(&app.url, sent, SOON).await;
    assert_eq!(received.statuses(), [303], "{}", received.text);
    assert!(
        received
            .closed_after
            .is_some_and(|after| after < Duration::from_secs(10))
    );
}

#[actix_web::test]
async fn a_login_route_is_limited_however_it_is_spelt() {
    let app = TestApp::with().set("limits.per_address_per_minute", "3").start().await;
    for path in ["/login", "/%6Cogin", "/%6c%6F%67%69%6e"] {
        assert_eq!(raw::get(&app.url, path, &[]).await.statuses(), [303], "{path}");
    }
    for path in [
        "/login",
        "/%6Cogin",
        "/log%69n?next=/a",
        "/%72egister",
        "/wechat/%63allback",
        "/wechat/callback",
    ] {
        assert_eq!(raw::get(&app.url, path, &[]).await.statuses(), [429], "{path}");
    }
    for path in ["/login/", "/LOGIN", "//login", "/wechat%2Fcallback"] {
        assert_eq!(
            raw::get(&app.url, path, &[]).await.statuses(),
            [404],
            "{path} is no login route"
        );
    }
}

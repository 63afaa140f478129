//! Failures have pages: the right status, within the deadline, with nothing stored, no session, no internals, no loop.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Browser, Page, TestApp, parameter, raw};

const TIMEOUT_MS: u64 = 1000;

async fn app() -> TestApp {
    TestApp::with()
        .set("wechat.timeout_ms", &TIMEOUT_MS.to_string())
        .start()
        .await
}

/// A fan whose consent is given, and the callback that is to come.
async fn registration_begun() -> (TestApp, String, Browser, String) {
    let app = app().await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.consent(&browser, &fan, "/photos", "agree").await;
    (app, fan, browser, callback)
}

struct Case {
    name: &'static str,
    fault: Value,
    status: u16,
}

impl Case {
    /// Opens the callback, and checks the page that comes.
    async fn failure_page(&self, browser: &Browser, callback: &str) -> Page {
        let name = self.name;
        let page = get_within_the_deadline(name, browser, callback).await;
        assert_eq!(page.status, self.status, "{name}");
        assert_eq!(page.header("retry-after").is_some(), self.status == 503, "{name}");
        check_page(name, &page, callback, browser);
        page
    }
}

fn case(name: &'static str, fault: Value, status: u16) -> Case {
    Case { name, fault, status }
}

fn errcode(errcode: i64) -> Value {
    json!({ "kind": "errcode", "errcode": errcode })
}

fn garbage(body: &str) -> Value {
    json!({ "kind": "garbage", "body": body })
}

fn common_cases() -> Vec<Case> {
    vec![
        case("busy twice", errcode(-1), 503),
        case("daily quota", errcode(45009), 503),
        case("frequency", errcode(45011), 503),
        case("account restricted", errcode(50002), 500),
        case("unknown number", errcode(99999), 502),
        case("slow", json!({ "kind": "delay", "ms": 5000 }), 504),
        case("never responds", json!({ "kind": "hang" }), 504),
        case("headers and then silence", json!({ "kind": "hang", "at": "body" }), 504),
        case("down", json!({ "kind": "down" }), 502),
        case(
            "cut before the first byte",
            json!({ "kind": "cut", "at": "start" }),
            502,
        ),
        case("cut in the middle", json!({ "kind": "cut" }), 502),
        case("HTML", garbage("html"), 502),
        case("an empty body", garbage("empty"), 502),
        case("20 MB", garbage("huge"), 502),
        case("no JSON", garbage("not_json"), 502),
        case("no openid", garbage("no_openid"), 502),
    ]
}

/// What holds for every failure page.
fn check_page(name: &str, page: &Page, callback: &str, browser: &Browser) {
    let text = page.text();
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{name}");
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"), "{name}");
    assert_eq!(page.header("cache-control"), Some("no-store"), "{name}");
    assert!(
        text.contains("<html lang=\"zh-CN\">") && text.contains("href="),
        "{name}: {text}"
    );
    let code = parameter(callback, "code").unwrap();
    let state = parameter(callback, "state").unwrap();
    for internal in [
        code.as_str(),
        &state,
        "0badc0de0badc0de0badc0de0badc0de",
        "errcode",
        "40125",
        "sns/",
        "panicked",
        "127.0.0.1",
    ] {
        assert!(!text.contains(internal), "{name} shows {internal:?}: {text}");
    }
    assert!(!browser.is_signed_in(), "{name}");
}

fn assert_button_reloads(page: &Page) {
    assert!(page.text().contains("href=\"\""), "{}", page.text());
}

async fn assert_registered_with_one_exchange(app: &TestApp, fan: &str, reloaded: &Page) {
    assert_eq!((reloaded.status, reloaded.location()), (303, "/photos"));
    assert_eq!(app.rows(Some(fan)).await, 1);
    assert_eq!(app.platform.calls("access_token").await, 1, "the code was spent once");
}

async fn get_within_the_deadline(name: &str, browser: &Browser, callback: &str) -> Page {
    let begun = Instant::now();
    let page = browser.get(callback).await;
    assert!(
        begun.elapsed() < Duration::from_millis(TIMEOUT_MS + 1000),
        "{name} took {:?}",
        begun.elapsed()
    );
    page
}

#[actix_web::test]
async fn a_silent_login_that_fails_at_the_exchange_has_a_page() {
    let app = app().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let mut cases = common_cases();
    cases.push(case("wrong AppSecret", errcode(40125), 500));
    cases.push(case("wrong AppID", errcode(40013), 500));
    cases.push(case("IP not on the list", errcode(40164), 500));
    cases.push(case("invalid UTF-8", garbage("invalid_utf8"), 502));
    for case in cases {
        let name = case.name;
        let browser = app.browser();
        let callback = app.silent_callback(&browser, &fan, "/photos").await;
        app.platform.fault("access_token", case.fault.clone()).await;
        let page = case.failure_page(&browser, &callback).await;
        assert!(
            page.text().contains("/login?next=%2Fphotos"),
            "{name} leads to another login: {}",
            page.text()
        );
        app.platform.clear_faults().await;
        let again = browser.open(&app.at("/login?next=/")).await;
        assert_eq!(
            (again.status, again.path()),
            (200, "/"),
            "{name}: the button works once the cause is gone"
        );
    }
}

#[actix_web::test]
async fn a_registration_that_fails_at_the_profile_stores_nothing_and_leads_back_to_the_prompt() {
    let app = app().await;
    let fan = app.platform.fan("小雨").await;
    let mut cases = common_cases();
    cases.push(case("no consent", errcode(48001), 502));
    cases.push(case("another fan's openid", garbage("other_openid"), 502));
    cases.push(case("not this fan's token", errcode(40003), 502));
    for case in cases {
        let name = case.name;
        let browser = app.browser();
        let callback = app.consent(&browser, &fan, "/photos", "agree").await;
        app.platform.fault("userinfo", case.fault.clone()).await;
        let page = case.failure_page(&browser, &callback).await;
        assert!(
            page.text().contains("/welcome?next=%2Fphotos"),
            "{name}: {}",
            page.text()
        );
        assert_eq!(app.rows(None).await, 0, "{name}");
        app.platform.clear_faults().await;
    }
    assert_eq!(app.register(&app.browser(), &fan, "/").await.status, 200);
}

#[actix_web::test]
async fn a_registration_whose_code_is_refused_never_restarts_itself() {
    let app = app().await;
    let fan = app.platform.fan("小雨").await;
    for number in [40029, 40163, 42003] {
        let browser = app.browser();
        let callback = app.consent(&browser, &fan, "/", "agree").await;
        app.platform.fault("access_token", errcode(number)).await;
        let page = browser.get(&callback).await;
        assert_eq!(page.status, 502, "{number}");
        check_page("refused code", &page, &callback, &browser);
        assert!(page.text().contains("/welcome"), "{}", page.text());
    }
}

#[actix_web::test]
async fn a_silent_login_whose_code_is_refused_begins_again_once_and_then_shows_a_page() {
    let app = app().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    for number in [40029, 40163, 42003] {
        let browser = app.browser();
        let callback = app.silent_callback(&browser, &fan, "/photos").await;
        app.platform.fault("access_token", errcode(number)).await;
        let restarted = browser.get(&callback).await;
        assert_eq!(
            (restarted.status, restarted.carried("scope").as_deref()),
            (303, Some("snsapi_base")),
            "{number}"
        );
        let callback = browser.decide(restarted.location(), &fan, "agree").await;
        let page = browser.get(&callback).await;
        assert_eq!(page.status, 502, "{number}");
        check_page("refused code", &page, &callback, &browser);
        // Within the minute no further login of this browser restarts itself.
        let callback = app.silent_callback(&browser, &fan, "/").await;
        assert_eq!(browser.get(&callback).await.status, 502, "{number}");
        app.clock.advance(61);
        let callback = app.silent_callback(&browser, &fan, "/").await;
        assert_eq!(browser.get(&callback).await.status, 303, "{number}");
        app.platform.clear_faults().await;
    }
}

#[actix_web::test]
async fn a_silent_login_whose_code_was_spent_elsewhere_ends_signed_in() {
    let app = app().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &fan, "/photos").await;
    app.platform
        .fault(
            "access_token",
            json!({ "kind": "errcode", "errcode": 40163, "times": 1 }),
        )
        .await;
    let page = browser.get(&callback).await;
    let callback = browser.decide(page.location(), &fan, "agree").await;
    assert_eq!(browser.get(&callback).await.location(), "/photos");
    assert!(browser.is_signed_in());
}

#[actix_web::test]
async fn a_wrong_secret_is_a_neutral_page() {
    let app = TestApp::with()
        .env("WECHAT_APP_SECRET", "deadbeefdeadbeefdeadbeefdeadbeef")
        .start()
        .await;
    let fan = app.platform.fan("小雨").await;
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &fan, "/").await;
    let page = browser.get(&callback).await;
    assert_eq!(page.status, 500);
    check_page("wrong secret", &page, &callback, &browser);
    assert!(!page.text().contains("deadbeefdeadbeefdeadbeefdeadbeef"));
}

#[actix_web::test]
async fn a_code_of_impossible_form_is_not_sent_to_the_platform() {
    let app = app().await;
    let browser = app.browser();
    let begun = browser.get(&app.at("/register")).await;
    let state = begun.carried("state").unwrap();
    let long = "x".repeat(513);
    let page = browser
        .get(&app.at(&format!("/wechat/callback?code={long}&state={state}")))
        .await;
    assert_eq!(page.status, 502);
    assert_eq!(app.platform.calls("access_token").await, 0);
}

#[actix_web::test]
async fn what_is_not_there_has_a_page_too() {
    let app = app().await;
    for (method, path, status) in [
        ("GET", "/nothing", 404),
        ("GET", "/static/nothing.css", 404),
        ("POST", "/login", 405),
    ] {
        let page = app.browser().request(method, &app.at(path), &[], None).await;
        assert_eq!(page.status, status, "{path}");
        assert!(page.text().contains("<html lang=\"zh-CN\">"), "{path}");
        assert_eq!(page.header("allow"), (status == 405).then_some("GET, HEAD"), "{path}");
    }
    for path in ["/", "/welcome", "/signed-out"] {
        let asked = app.browser().request("HEAD", &app.at(path), &[], None).await;
        let got = app.browser().get(&app.at(path)).await;
        assert_eq!((asked.status, asked.body.len()), (got.status, 0), "{path}");
    }
}

#[actix_web::test]
async fn a_page_asked_for_with_head_has_no_body_also_when_the_next_request_is_there_already() {
    let app = app().await;
    let browser = app.registered(&app.platform.fan("小雨").await).await;
    // The index page waits for the database, and meanwhile the server reads on.
    let ask = |method: &str, headers: &str| format!("{method} / HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
    let cookies = format!("cookie: {}\r\n", browser.cookie_header());
    let sent = ask("HEAD", &cookies) + &ask("GET", &format!("{cookies}connection: close\r\n"));
    let received = raw::send(&app.url, sent, Duration::from_secs(20)).await;
    assert_eq!(received.statuses(), [200, 200], "{}", received.text);
    assert_eq!(received.text.matches("<html").count(), 1, "{}", received.text);
}

#[actix_web::test]
async fn a_database_that_is_away_is_a_503_and_reloading_completes_the_login() {
    let (app, fan, browser, callback) = registration_begun().await;
    let outage = app.backends.take_database_away();
    let page = browser.get(&callback).await;
    assert_eq!(
        (page.status, page.header("retry-after").is_some()),
        (503, true),
        "{}",
        page.text()
    );
    check_page("database away", &page, &callback, &browser);
    assert_button_reloads(&page);
    outage.end();
    let reloaded = browser.reload_while(&[503], &callback).await;
    assert_registered_with_one_exchange(&app, &fan, &reloaded).await;
}

/// This does not look like an outage: the table that would take the row is missing.
#[actix_web::test]
async fn a_registration_that_a_lasting_fault_of_the_database_interrupts_is_completed_by_reloading() {
    let (app, fan, browser, callback) = registration_begun().await;
    app.execute("ALTER TABLE fans_profiles RENAME TO fans_elsewhere").await;
    for _ in 0..2 {
        let page = browser.get(&callback).await;
        assert_eq!(page.status, 500, "{}", page.text());
        check_page("the table is missing", &page, &callback, &browser);
        assert_button_reloads(&page);
    }
    app.execute("ALTER TABLE fans_elsewhere RENAME TO fans_profiles").await;
    let reloaded = browser.get(&callback).await;
    assert_registered_with_one_exchange(&app, &fan, &reloaded).await;
}

#[actix_web::test]
async fn two_callbacks_at_once_while_the_database_is_away_lose_nothing() {
    let (app, _, browser, callback) = registration_begun().await;
    let outage = app.backends.take_database_away();
    let pages = futures_util::future::join(browser.get(&callback), browser.get(&callback)).await;
    for page in [&pages.0, &pages.1] {
        assert!(matches!(page.status, 503 | 504), "{}", page.status);
        assert_button_reloads(page);
    }
    outage.end();
    let reloaded = browser.reload_while(&[503, 504], &callback).await;
    assert_eq!((reloaded.status, reloaded.location()), (303, "/photos"));
    assert_eq!((app.rows(None).await, app.platform.calls("access_token").await), (1, 1));
}

#[actix_web::test]
async fn a_slow_platform_and_a_database_that_is_away_share_the_deadline() {
    let (app, _, browser, callback) = registration_begun().await;
    app.platform
        .fault("userinfo", json!({ "kind": "delay", "ms": 800 }))
        .await;
    let outage = app.backends.take_database_away();
    let page = get_within_the_deadline("slow and away", &browser, &callback).await;
    assert_eq!(page.status, 503);
    outage.end();
}

#[actix_web::test]
async fn a_login_does_not_wait_for_the_note_of_its_hour() {
    let app = app().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    app.clock.advance(7200);
    let browser = app.browser();
    let callback = app.silent_callback(&browser, &fan, "/").await;
    if app.backends.database_url.starts_with("sqlite:") {
        // Reading goes on while another process writes.
        let outage = app.backends.take_database_away();
        let page = get_within_the_deadline("locked", &browser, &callback).await;
        assert_eq!((page.status, page.location()), (303, "/"));
        outage.end();
    }
}

#[actix_web::test]
async fn a_browser_that_keeps_no_session_is_told_so_instead_of_going_round() {
    let app = app().await;
    let fan = app.platform.fan("小雨").await;
    app.registered(&fan).await;
    let browser = app.browser();
    let mut page = browser.get(&app.at("/")).await;
    for attempt in 0.. {
        assert!(attempt < 5, "it goes round");
        if page.status != 303 {
            break;
        }
        let callback = browser.decide(page.location(), &fan, "agree").await;
        assert_eq!(browser.get(&callback).await.location(), "/");
        browser.forget_cookies("fanpass_session");
        page = browser.get(&app.at("/")).await;
    }
    assert_eq!(page.status, 400);
    assert!(page.text().contains("没能保持登录"), "{}", page.text());
    app.clock.advance(31);
    assert_eq!(browser.get(&app.at("/")).await.status, 303, "later it is tried again");
}

//! The audit trail of the real program, as a collector of its log reads it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    APP_ID, APP_SECRET, Browser, Platform, WECHAT, eventually_some, parameter,
    process::{Process, free_port, start},
    raw,
};

struct Server {
    process: Process,
    site: String,
    platform: Platform,
}

impl Server {
    async fn start() -> Self {
        let platform = Platform::start();
        let (port, ops_port) = (free_port().to_string(), free_port().to_string());
        let variables = [
            ("FANPASS_ENV", "test"),
            ("FANPASS__LOG__FORMAT", "json"),
            ("FANPASS__LOG__FILTER", "info"),
            ("FANPASS__SERVER__PORT", &port),
            ("FANPASS__OPS__PORT", &ops_port),
            ("FANPASS__SERVER__TRUSTED_PROXIES", "127.0.0.1"),
            ("FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE", "30"),
            ("FANPASS__WECHAT__API_URL", &platform.url),
            ("FANPASS__WECHAT__OPEN_URL", &platform.url),
            ("WECHAT_APP_ID", APP_ID),
            ("WECHAT_APP_SECRET", APP_SECRET),
        ];
        Self {
            process: start(&[], &variables, "ready after"),
            site: format!("http://localhost:{port}"),
            platform,
        }
    }

    /// The URL of the callback of a login that `path` begins.
    async fn callback(&self, browser: &Browser, path: &str, fan: &str, decision: &str) -> String {
        let begun = browser.get(&format!("{}{path}", self.site)).await;
        browser.decide(begun.location(), fan, decision).await
    }

    /// Ends the process; returns its whole trail.
    async fn stop(self) -> Vec<Value> {
        let (status, printed) = self.process.terminate().await;
        assert!(status.success(), "{printed:#?}");
        audit_lines(&printed)
    }

    fn log(&self) -> String {
        self.process.printed().join("\n")
    }

    fn trail(&self) -> Vec<Value> {
        audit_lines(&self.process.printed())
    }
}

fn audit_lines(log: &[String]) -> Vec<Value> {
    let lines = log.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["target"] == "audit").collect()
}

/// What the tests compare of a line: event, reason, whether it names a fan, and the visitor's IP.
fn essence(line: &Value) -> (String, bool, Value) {
    let event = line["audit.event"].as_str().unwrap();
    let reason = line["audit.reason"]
        .as_str()
        .map_or(String::new(), |reason| format!(" {reason}"));
    (
        format!("{event}{reason}"),
        line["fan.id"].is_string(),
        line["client.ip"].clone(),
    )
}

#[actix_web::test]
async fn each_event_is_one_line() {
    let server = Server::start().await;
    let fan = server.platform.fan("小雨").await;
    let browser = Browser::new(WECHAT);
    let here = json!("127.0.0.1");
    let mut expected = Vec::new();
    let mut expect = |event: &str, fan: bool, ip: &Value| expected.push((event.to_owned(), fan, ip.clone()));

    let declined = server.callback(&browser, "/register", &fan, "refuse").await;
    browser.get(&declined).await;
    expect("refusal declined", false, &here);

    browser
        .get(&format!("{}/wechat/callback?code=x&state=y", server.site))
        .await;
    expect("refusal unknown_state", false, &here);

    let begun = browser.get(&format!("{}/register", server.site)).await;
    let order = json!({ "fan": fan, "scope": "snsapi_userinfo", "snapshot": true });
    let code = server.platform.control("POST", "codes", order).await["code"]
        .as_str()
        .unwrap()
        .to_owned();
    let state = parameter(begun.location(), "state").unwrap();
    browser
        .get(&format!("{}/wechat/callback?code={code}&state={state}", server.site))
        .await;
    expect("refusal snapshot", false, &here);

    let begun = browser.get(&format!("{}/register", server.site)).await;
    let state = parameter(begun.location(), "state").unwrap();
    browser
        .get(&format!(
            "{}/wechat/callback?code=madeUpCode&state={state}",
            server.site
        ))
        .await;
    expect("refusal code_refused", false, &here);

    let agreed = server.callback(&browser, "/register", &fan, "agree").await;
    browser.get(&agreed).await;
    expect("registration", true, &Value::Null);
    expect("sign_in", true, &here);

    let evil = [("origin", "https://evil.example")];
    browser
        .request("POST", &format!("{}/logout", server.site), &evil, Some(&[]))
        .await;
    expect("refusal foreign_origin", true, &here);

    // A fan who opens the callback again is refused nothing, and a logout of nobody ends nothing.
    browser.get(&agreed).await;
    browser.post(&format!("{}/logout", server.site), &[]).await;
    browser.post(&format!("{}/logout", server.site), &[]).await;
    expect("logout", true, &here);

    let forwarded = [("x-forwarded-for", "198.51.100.1, 203.0.113.9")];
    while browser
        .request("GET", &format!("{}/login", server.site), &forwarded, None)
        .await
        .status
        != 429
    {}
    expect("refusal rate_limit", false, &json!("203.0.113.9"));

    // Lines are written some milliseconds later.
    let trail = eventually_some("all events are in the log", async || {
        Some(server.trail()).filter(|trail| trail.len() >= expected.len())
    })
    .await;
    assert_eq!(trail.iter().map(essence).collect::<Vec<_>>(), expected);
    assert!(trail.iter().all(|line| line["account.app_id"] == APP_ID), "{trail:#?}");
    for line in &trail {
        assert!(line["span"]["request.id"].is_string(), "{line}");
    }
    let log = server.log();
    for personal in [fan.as_str(), "小雨", "madeUpCode", &code, &state] {
        assert!(!log.contains(personal), "the log holds {personal}");
    }
}

#[actix_web::test]
async fn refusals_of_one_ip_and_reason_are_one_line_and_a_count() {
    let server = Server::start().await;
    let browser = Browser::new(WECHAT);
    let url = format!("{}/wechat/callback?code=x&state=y", server.site);
    for number in 0..25 {
        // Two visitors behind one trusted proxy.
        let ip = format!("203.0.113.{}", 1 + number % 2);
        let page = browser.request("GET", &url, &[("x-forwarded-for", &ip)], None).await;
        assert_eq!(page.status, 400);
    }
    let trail = server.stop().await;
    let lines: Vec<_> = trail
        .iter()
        .map(|line| (essence(line).0, essence(line).2, line["audit.count"].as_u64()))
        .collect();
    let (one, other) = (json!("203.0.113.1"), json!("203.0.113.2"));
    let (refusal, repeated) = (
        "refusal unknown_state".to_owned(),
        "refusals_repeated unknown_state".to_owned(),
    );
    assert_eq!(
        lines[..2],
        [(refusal.clone(), one.clone(), None), (refusal, other.clone(), None)]
    );
    let mut counts = lines[2..].to_vec();
    counts.sort_by_key(|(_, _, count)| *count);
    assert_eq!(counts, [(repeated.clone(), other, Some(11)), (repeated, one, Some(12))]);
}

#[actix_web::test]
async fn what_a_visitor_sends_is_not_logged() {
    let server = Server::start().await;
    let url = server.site.replace("localhost", "127.0.0.1");
    let requests = [
        "CANARY / HTTP/1.1\r\nhost: canary\r\nconnection: close\r\n\r\n".to_owned(),
        "GET /canary?canary HTTP/1.1\r\nhost: canary\r\nx-canary: canary\r\ncookie: canary=canary\r\nuser-agent: canary\r\n\
         referer: canary\r\nx-forwarded-for: canary\r\nx-request-id: canary\r\nconnection: close\r\n\r\n"
            .to_owned(),
        format!("GET /?{} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", "canary".repeat(2000)),
        format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\nconnection: close\r\n\r\n", "canary".repeat(8000)),
        format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "canary".repeat(30_000)),
        "canary\r\n\r\n".to_owned(),
        "POST /logout HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\norigin: canary\r\nconnection: close\r\n\r\ncanary".to_owned(),
    ];
    for request in requests {
        raw::send(&url, request, Duration::from_secs(20)).await;
    }
    // Lines are written a moment later; the last of these is the POST's.
    let log = eventually_some("the line of the POST", async || {
        Some(server.log()).filter(|log| log.contains("\"http.method\":\"POST\""))
    })
    .await;
    assert!(
        log.contains("\"http.status\":414") && log.contains("\"http.method\":\"_OTHER\""),
        "{log}"
    );
    assert!(!log.to_ascii_lowercase().contains("canary"), "{log}");
}

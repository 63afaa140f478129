//! What the log of a real process holds, and what it never holds.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::support::{Browser, Page, Site, WECHAT, parameter};

const APP_SECRET: &str = "0badf00d0badf00d0badf00d0badf00d";

/// What a run of the real binary printed, and what happened in it.
struct Run {
    printed: Vec<String>,
    secrets: Vec<String>,
    request_ids: Vec<String>,
}

/// A fan registers, logs out, logs in silently, and is refused once, all at the given filter.
async fn run(format: &str, filter: &str) -> Run {
    let site = Site::new();
    let key = "0123456789abcdef".repeat(8);
    let process = site.start(&[
        ("FANPASS__LOG__FORMAT", format),
        ("FANPASS__LOG__FILTER", filter),
        ("WECHAT_APP_SECRET", APP_SECRET),
        ("SESSION_KEY", &key),
    ]);
    let browser = Browser::new(WECHAT);
    let mut found = Run {
        printed: Vec::new(),
        secrets: vec![APP_SECRET.to_owned(), key.clone()],
        request_ids: Vec::new(),
    };
    let mut visit = |page: Page| {
        found.request_ids.extend(page.header("x-request-id").map(str::to_owned));
        found.secrets.extend(page.set_cookies().iter().filter_map(|cookie| {
            let value = cookie.split(';').next()?.split_once('=')?.1;
            (value.len() > 20).then(|| value.to_owned())
        }));
        if let Some(callback) = page.header("location").filter(|location| location.contains("code=")) {
            found.secrets.extend(parameter(callback, "code"));
            found.secrets.extend(parameter(callback, "state"));
        }
        page
    };
    let begun = visit(browser.get(&site.at("/register")).await);
    let chooser = browser.get(begun.location().split('#').next().unwrap()).await;
    let form = [("nickname", "小雨的昵称"), ("decision", "agree")];
    let decided = visit(browser.post(chooser.url.as_str(), &form).await);
    visit(browser.get(decided.location()).await);
    visit(browser.get(&site.at("/")).await);
    visit(browser.post(&site.at("/logout"), &[]).await);

    let begun = visit(browser.get(&site.at("/login")).await);
    let silent = visit(browser.get(begun.location().split('#').next().unwrap()).await);
    visit(browser.get(silent.location()).await);
    visit(browser.get(silent.location()).await);

    site.break_exchanges(&json!({ "kind": "errcode", "errcode": 40125, "errmsg": "invalid appsecret" }))
        .await;
    visit(browser.post(&site.at("/logout"), &[]).await);
    let begun = visit(browser.get(&site.at("/login")).await);
    let silent = visit(browser.get(begun.location().split('#').next().unwrap()).await);
    assert_eq!(visit(browser.get(silent.location()).await).status, 500);

    let requests = site.platform_requests().await;
    let recent = requests["recent"].as_array().unwrap();
    let tokens: Vec<String> = recent
        .iter()
        .filter_map(|request| parameter(&format!("http://x/?{}", request["query"].as_str()?), "access_token"))
        .collect();
    assert!(!tokens.is_empty(), "{requests}");
    found.secrets.extend(tokens);
    found.printed = process.terminate().await.1;
    found
}

impl Run {
    fn check_secrets(&self) {
        // Two codes and a third that was refused, their states, cookies, a token, the AppSecret, the session key.
        assert!(self.secrets.len() >= 12, "{:?}", self.secrets);
        let text = self.printed.join("\n");
        for secret in &self.secrets {
            assert!(!text.contains(secret), "{secret} stands in the log:\n{text}");
        }
        assert!(!text.contains("小雨的昵称"), "a nickname stands in the log:\n{text}");
    }
}

#[actix_web::test]
async fn no_secret_is_logged_even_at_trace() {
    for filter in ["info,fanpass=debug", "info,fanpass=trace", "trace"] {
        let run = run("text", filter).await;
        run.check_secrets();
        let text = run.printed.join("\n");
        assert!(text.contains("platform.call"), "{filter}: {text}");
    }
}

#[actix_web::test]
async fn every_line_of_a_request_carries_its_number() {
    let run = run("json", "debug").await;
    run.check_secrets();
    let ids: BTreeSet<&str> = run.request_ids.iter().map(String::as_str).collect();
    let mut answered = BTreeSet::new();
    for line in &run.printed {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
        let target = line["target"].as_str().unwrap();
        let in_request = ["handlers", "middleware", "http", "services", "clients", "cache"];
        if in_request
            .iter()
            .any(|layer| target.starts_with(&format!("fanpass::{layer}")))
        {
            let id = line["span"]["request.id"]
                .as_str()
                .unwrap_or_else(|| panic!("no number: {line}"));
            assert!(ids.contains(id), "{line}");
        }
        if line["message"] == "answered" {
            let span = &line["span"];
            assert!(line["http.status"].is_u64() && line["duration_ms"].is_u64(), "{line}");
            assert!(
                span["http.route"].is_string() && span["http.method"].is_string(),
                "{line}"
            );
            assert!(
                answered.insert(span["request.id"].as_str().unwrap().to_owned()),
                "two lines: {line}"
            );
        }
    }
    assert_eq!(answered.len(), ids.len(), "one line a request");
    let signed_in = run
        .printed
        .iter()
        .filter(|line| line.contains("answered") && line.contains("fan.id"));
    assert!(signed_in.count() >= 3, "{:#?}", run.printed);
}

/// Hanging up is a reset: a client that only closes its sending side may still read, and gets its response.
#[actix_web::test]
async fn a_client_who_hangs_up_before_the_response_leaves_a_line_and_a_count() {
    let site = Site::new();
    let process = site.start(&[("FANPASS__LOG__FORMAT", "json")]);
    site.delay_exchanges(3000).await;
    for is_reset in [false, true] {
        let browser = Browser::new(WECHAT);
        let callback = site.callback(&browser).await;
        let (_, path) = callback.split_once(&site.server).unwrap();
        let sent = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost:{}\r\nuser-agent: {WECHAT}\r\ncookie: {}\r\n\r\n",
            site.server,
            browser.cookie_header()
        );
        let mut client = actix_web::rt::net::TcpStream::connect(format!("127.0.0.1:{}", site.server))
            .await
            .unwrap();
        client.write_all(sent.as_bytes()).await.unwrap();
        site.waits_for_exchanges(if is_reset { 2 } else { 1 }).await;
        if is_reset {
            client.set_zero_linger().unwrap();
        }
    }
    let counted = "fanpass_http_requests_total{route=\"/wechat/callback\",status=\"499\"} 1";
    let answered = "fanpass_http_requests_total{route=\"/wechat/callback\",status=\"303\"} 1";
    site.wait_for("/metrics", |page| {
        let metrics = page.text();
        metrics.contains(counted) && metrics.contains(answered)
    })
    .await;
    let printed = process.terminate().await.1;
    let lines = printed.iter().filter(|line| line.contains("\"not answered\""));
    let lines: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1, "{printed:#?}");
    let line = &lines[0];
    assert_eq!(line["http.status"], 499);
    assert_eq!(line["span"]["http.route"], "/wechat/callback");
    // Less than the exchange takes: nobody waited for it.
    assert!(line["duration_ms"].as_u64().unwrap() < 3000, "{line}");
    assert!(line["span"]["request.id"].is_string(), "{line}");
}

#[actix_web::test]
async fn static_files_and_probes_are_silent_at_info() {
    let site = Site::new();
    let process = site.start(&[]);
    let browser = Browser::new(WECHAT);
    let prompt = browser.get(&site.at("/welcome")).await.text();
    let file = prompt.split('"').find(|part| part.starts_with("/static/")).unwrap();
    assert_eq!(browser.get(&site.at(file)).await.status, 200);
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(site.ask(path).await.status, 200);
    }
    let printed = process.terminate().await.1;
    let answered: Vec<&String> = printed.iter().filter(|line| line.contains("answered")).collect();
    assert_eq!(answered.len(), 1, "{printed:#?}");
    assert!(answered[0].contains("/welcome"), "{printed:#?}");
}

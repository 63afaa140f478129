//! A deployment for development on ports of its own: the real binary with its sandbox.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Browser, Page, eventually, eventually_some,
    process::{Process, free_port, start},
};

pub struct Site {
    pub server: String,
    pub sandbox: String,
    pub ops: String,
}

impl Site {
    pub fn new() -> Self {
        let port = || free_port().to_string();
        Self {
            server: port(),
            sandbox: port(),
            ops: port(),
        }
    }

    pub fn variables(&self) -> [(&str, &str); 3] {
        [
            ("FANPASS__SERVER__PORT", &self.server),
            ("FANPASS__SANDBOX__PORT", &self.sandbox),
            ("FANPASS__OPS__PORT", &self.ops),
        ]
    }

    /// These variables and `further` ones.
    pub fn variables_and<'a>(&'a self, further: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        [self.variables().as_slice(), further].concat()
    }

    /// Serves, with `further` variables, and is ready.
    pub fn start(&self, further: &[(&str, &str)]) -> Process {
        start(&[], &self.variables_and(further), "ready after")
    }

    pub fn at(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.server)
    }

    /// Gets a path of the ops listener.
    pub async fn ask(&self, path: &str) -> Page {
        Browser::new("probe")
            .get(&format!("http://127.0.0.1:{}{path}", self.ops))
            .await
    }

    /// Asks until the response is the expected one.
    pub async fn wait_for(&self, path: &str, expected: impl Fn(&Page) -> bool) -> Page {
        eventually_some(path, async || {
            let page = self.ask(path).await;
            expected(&page).then_some(page)
        })
        .await
    }

    /// Asks until it is ready, for a process whose output says nothing.
    pub async fn wait_until_ready(&self) {
        let url = format!("http://localhost:{}/readyz", self.ops);
        eventually("it is ready", async || {
            let response = awc::Client::default().get(&url).send().await;
            response.is_ok_and(|response| response.status() == 200)
        })
        .await;
    }

    /// A URL of the sandbox's own interface.
    pub fn control(&self, path: &str) -> String {
        format!("http://localhost:{}/sandbox/{path}", self.sandbox)
    }

    /// Posts to the sandbox's own interface.
    pub async fn order(&self, path: &str, body: &Value) -> Value {
        let client = awc::Client::builder().timeout(Duration::from_secs(20)).finish();
        let mut response = client.post(self.control(path)).send_json(body).await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.json().await.unwrap()
    }

    /// Makes every exchange of a code fail in this way.
    pub async fn break_exchanges(&self, fault: &Value) {
        let control = self.control("faults/access_token");
        let response = awc::Client::default().put(control).send_json(fault).await.unwrap();
        assert!(response.status().is_success());
    }

    pub async fn delay_exchanges(&self, milliseconds: u64) {
        self.break_exchanges(&json!({ "kind": "delay", "ms": milliseconds }))
            .await;
    }

    /// What the sandbox was asked for.
    pub async fn platform_requests(&self) -> Value {
        let client = awc::Client::default();
        let mut response = client.get(self.control("requests")).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// Waits until so many exchanges have arrived at the platform.
    pub async fn waits_for_exchanges(&self, count: u64) {
        eventually("the exchanges arrive", async || {
            let requests = self.platform_requests().await;
            requests["requests"]["access_token"].as_u64() == Some(count)
        })
        .await;
    }

    /// A callback of somebody who registers.
    pub async fn callback(&self, browser: &Browser) -> String {
        self.callback_of(browser, "阿新").await
    }

    /// A callback of a new fan with this nickname.
    pub async fn callback_of(&self, browser: &Browser, nickname: &str) -> String {
        let begun = browser.get(&self.at("/register")).await;
        let chooser = browser.get(begun.location().split('#').next().unwrap()).await;
        let form = [("nickname", nickname), ("decision", "agree")];
        browser.post(chooser.url.as_str(), &form).await.location().to_owned()
    }
}

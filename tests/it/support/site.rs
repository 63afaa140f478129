//! A deployment for development on ports of its own: the real binary with its sandbox.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Browser, Page,
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

    /// The answer of the private listener.
    pub async fn ask(&self, path: &str) -> Page {
        Browser::new("probe")
            .get(&format!("http://127.0.0.1:{}{path}", self.ops))
            .await
    }

    /// Asks until the answer is the one that is expected.
    pub async fn wait_for(&self, path: &str, expected: impl Fn(&Page) -> bool) -> Page {
        for _ in 0..500 {
            let page = self.ask(path).await;
            if expected(&page) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{path} never answers what is expected");
    }

    /// Asks until it is ready, for a process whose output says nothing.
    pub async fn wait_until_ready(&self) {
        for _ in 0..500 {
            let answer = awc::Client::default()
                .get(format!("http://localhost:{}/readyz", self.ops))
                .send();
            if answer.await.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it does not start");
    }

    /// The address of the sandbox's own interface.
    pub fn control(&self, path: &str) -> String {
        format!("http://localhost:{}/sandbox/{path}", self.sandbox)
    }

    /// Makes every exchange of a code go wrong in this way.
    pub async fn spoil_exchanges(&self, fault: &Value) {
        let control = self.control("faults/access_token");
        let answer = awc::Client::default().put(control).send_json(fault).await.unwrap();
        assert!(answer.status().is_success());
    }

    pub async fn delay_exchanges(&self, milliseconds: u64) {
        self.spoil_exchanges(&json!({ "kind": "delay", "ms": milliseconds }))
            .await;
    }

    /// Waits until so many exchanges have arrived at the platform.
    pub async fn waits_for_exchanges(&self, count: u64) {
        for _ in 0..500 {
            let mut answer = awc::Client::default()
                .get(self.control("requests"))
                .send()
                .await
                .unwrap();
            let requests: Value = answer.json().await.unwrap();
            if requests["requests"]["access_token"].as_u64() == Some(count) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no {count} exchanges arrive");
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

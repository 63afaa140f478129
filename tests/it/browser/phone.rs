//! A fan's phone: verbs on a real browser.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use awc::Client;
use base64::{Engine, prelude::BASE64_STANDARD};
use fantoccini::{Locator, elements::Element};
use serde_json::{Value, json};
use url::Url;

use super::driver::Driver;
use crate::support::WECHAT;

/// A phone's own browser, outside WeChat.
pub const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                          Version/16.2 Mobile/15E148 Safari/604.1";
/// How long a page may take to appear.
const PATIENCE: Duration = Duration::from_secs(10);
/// A whole page's picture is some hundred kB.
const RESPONSE_LIMIT: usize = 32 << 20;

/// A running browser.
pub struct Phone {
    driver: Driver,
    http: Client,
}

impl Phone {
    /// WeChat on a phone. None: there is no driver, and the test is skipped.
    pub async fn wechat() -> Option<Self> {
        Self::with_user_agent(WECHAT).await
    }

    /// A phone's screen and touch, and this user agent.
    pub async fn with_user_agent(user_agent: &str) -> Option<Self> {
        let screen = json!({ "width": 390, "height": 844, "pixelRatio": 2, "touch": true });
        Self::start(json!({ "mobileEmulation": { "deviceMetrics": screen, "userAgent": user_agent } })).await
    }

    /// WeChat on a phone for which these hosts are at ports of this machine, whatever their certificates say.
    pub async fn wechat_with_hosts(hosts: &[(&str, u16)]) -> Option<Self> {
        let rules: Vec<String> = hosts
            .iter()
            .map(|(host, port)| format!("MAP {host} 127.0.0.1:{port}"))
            .collect();
        let rules = format!("host-resolver-rules={}", rules.join(", "));
        let screen = json!({ "width": 390, "height": 844, "pixelRatio": 2, "touch": true });
        let emulation = json!({ "deviceMetrics": screen, "userAgent": WECHAT });
        Self::start(json!({ "mobileEmulation": emulation, "args": [rules, "ignore-certificate-errors"] })).await
    }

    /// No phone at all.
    pub async fn desktop() -> Option<Self> {
        let desktop = Self::start(json!({})).await?;
        desktop.driver.client.set_window_size(1280, 800).await.unwrap();
        Some(desktop)
    }

    async fn start(chrome_options: Value) -> Option<Self> {
        let driver = Driver::start(chrome_options).await?;
        let http = Client::builder().timeout(PATIENCE).finish();
        Some(Self { driver, http })
    }

    /// Becomes a phone of this width.
    pub async fn has_width(&self, width: u32) {
        let screen = json!({ "width": width, "height": 844, "deviceScaleFactor": 2, "mobile": true });
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    /// Becomes a screen of this size that is no phone.
    pub async fn has_window(&self, width: u32, height: u32) {
        let screen = json!({ "width": width, "height": height, "screenWidth": width, "screenHeight": height,
            "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    pub async fn open(&self, url: &str) {
        self.driver.client.goto(url).await.unwrap();
    }

    /// Taps the back button, and waits until another page is there. It may have the same URL.
    pub async fn back(&self) {
        self.run("window.isLeft = true", vec![]).await;
        self.driver.client.back().await.unwrap();
        self.waits_for("return !window.isLeft").await;
    }

    pub async fn url(&self) -> Url {
        self.driver.client.current_url().await.unwrap()
    }

    pub async fn title(&self) -> String {
        self.driver.client.title().await.unwrap()
    }

    pub async fn source(&self) -> String {
        self.driver.client.source().await.unwrap()
    }

    /// The text that the page shows.
    pub async fn text(&self) -> String {
        let text = self.run("return document.body.innerText", vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The text of the page's heading.
    pub async fn heading(&self) -> String {
        self.find("h1").await.text().await.unwrap()
    }

    /// Waits until the browser shows this path.
    pub async fn arrives(&self, path: &str) {
        let is_there = async || {
            let ready = self.run("return document.readyState", vec![]).await;
            self.url().await.path() == path && ready == "complete"
        };
        if !holds_in_time(is_there).await {
            panic!("not at {path} but at {}: {}", self.url().await, self.text().await);
        }
    }

    pub async fn find(&self, css: &str) -> Element {
        let found = self.driver.client.find(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no {css} at {}: {error}", self.url().await),
        }
    }

    /// Taps the link or button with this label.
    pub async fn tap(&self, label: &str) {
        let path = format!("//*[self::a or self::button or self::label][normalize-space()='{label}']");
        let found = self.driver.client.find(Locator::XPath(&path)).await;
        match found {
            Ok(element) => element.click().await.unwrap(),
            Err(error) => panic!("no {label} at {}: {error}", self.url().await),
        }
    }

    /// Waits until a script returns true.
    pub async fn waits_for(&self, script: &str) {
        let holds = async || self.run(script, vec![]).await == Value::Bool(true);
        assert!(
            holds_in_time(holds).await,
            "never true at {}: {script}",
            self.url().await
        );
    }

    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.driver.client.execute(script, arguments).await.unwrap()
    }

    /// The lines of the browser's console since the last call.
    pub async fn console(&self) -> Vec<Value> {
        let lines = self.command("se/log", json!({ "type": "browser" })).await;
        lines.as_array().unwrap().clone()
    }

    /// A command of the browser's own protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.command("goog/cdp/execute", body).await
    }

    /// A PNG of the whole page, below the screen's edge too.
    pub async fn picture(&self) -> Vec<u8> {
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let taken = self.devtools("Page.captureScreenshot", whole).await;
        BASE64_STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()
    }

    async fn command(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/{path}", self.driver.session_url);
        let mut response = self.http.post(url).send_json(&body).await.unwrap();
        let mut reply: Value = response.json().limit(RESPONSE_LIMIT).await.unwrap();
        assert!(reply["value"]["error"].is_null(), "{path}: {reply}");
        reply["value"].take()
    }
}

/// Whether it holds within `PATIENCE`.
async fn holds_in_time<F: Future<Output = bool>>(holds: impl Fn() -> F) -> bool {
    let until = Instant::now() + PATIENCE;
    loop {
        if holds().await {
            return true;
        }
        if Instant::now() > until {
            return false;
        }
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
}

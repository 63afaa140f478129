//! The sandbox of a test, steered through its control API.

use std::{net::TcpListener, time::Duration};

use awc::Client;
use fanpass_sandbox::{PushConfig, Sandbox, SandboxConfig};
use serde_json::{Value, json};

pub const APP_ID: &str = "wx00000000000000aa";
pub const APP_SECRET: &str = "0badc0de0badc0de0badc0de0badc0de";

pub struct Platform {
    pub url: String,
    client: Client,
}

impl Platform {
    pub fn start() -> Self {
        Self::of_account(APP_ID)
    }

    /// The platform as one account finds it.
    pub fn of_account(app_id: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let config = SandboxConfig {
            app_id: app_id.into(),
            app_secret: APP_SECRET.into(),
            callback_hosts: Vec::new(),
            workers: 1,
            public_url: None,
            push: PushConfig::default(),
        };
        let sandbox = Sandbox::start(config, listener).unwrap();
        let url = sandbox.url().as_str().trim_end_matches('/').to_owned();
        actix_web::rt::spawn(sandbox.run());
        let client = Client::builder().timeout(Duration::from_secs(10)).finish();
        Self { url, client }
    }

    /// A fault for an endpoint, in the control API's own words.
    pub async fn fault(&self, endpoint: &str, fault: Value) {
        self.control("PUT", &format!("faults/{endpoint}"), fault).await;
    }

    pub async fn clear_faults(&self) {
        self.control("DELETE", "faults", Value::Null).await;
    }

    /// A new fan with this nickname and an openid of the test's own.
    pub async fn fan_with_openid(&self, nickname: &str, openid: &str) {
        let fan = json!({ "nickname": nickname, "openid": openid });
        self.control("POST", "fans", fan).await;
    }

    /// A new fan with this nickname; returns its openid.
    pub async fn fan(&self, nickname: &str) -> String {
        let made = self.control("POST", "fans", json!({ "nickname": nickname })).await;
        made["openid"].as_str().unwrap().to_owned()
    }

    /// How many times each endpoint was called, e.g. `access_token`.
    pub async fn calls(&self, endpoint: &str) -> u64 {
        let requests = self.control("GET", "requests", Value::Null).await;
        requests["requests"]
            .as_object()
            .unwrap()
            .get(endpoint)
            .map_or(0, |count| count.as_u64().unwrap())
    }

    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let url = format!("{}/sandbox/{path}", self.url);
        let request = self.client.request(method.parse().unwrap(), url);
        let mut response = if body.is_null() {
            request.send().await
        } else {
            request.send_json(&body).await
        }
        .unwrap();
        let bytes = response.body().await.unwrap();
        assert!(
            response.status().is_success(),
            "{method} {path}: {}",
            String::from_utf8_lossy(&bytes)
        );
        serde_json::from_slice(&bytes).unwrap_or(Value::Null)
    }
}

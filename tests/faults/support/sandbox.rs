use std::{path::Path, process::Command};

use serde_json::{Value, json};

use super::{
    http::Upstream,
    process::{Process, free_port, until_it_listens},
};

pub const APP_ID: &str = "wx00000000000000fa";
pub const APP_SECRET: &str = "0badc0de0badc0de0badc0de0badc0de";

/// The stand-in platform, a process of its own, steered through its control API.
pub struct Sandbox {
    pub port: u16,
    control: Upstream,
    _process: Process,
}

impl Sandbox {
    pub fn start(folder: &Path) -> Self {
        let (port, log) = (free_port(), folder.join("sandbox.log"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanpass"));
        command.arg("sandbox").current_dir(folder).env_clear();
        command.env("FANPASS__SANDBOX__PORT", port.to_string());
        command
            .env("WECHAT_APP_ID", APP_ID)
            .env("WECHAT_APP_SECRET", APP_SECRET);
        let process = Process::start(&mut command, &log);
        until_it_listens(&process, port, &log);
        Self {
            port,
            control: Upstream::new(port),
            _process: process,
        }
    }

    /// New fans; returns their openids.
    pub async fn fans(&self, count: usize) -> Vec<String> {
        let mut openids = Vec::new();
        while openids.len() < count {
            let some = (count - openids.len()).min(5000);
            let made = self
                .control("POST", "fans", json!({ "nickname": "粉丝", "count": some }))
                .await;
            let made = made["openids"].as_array().unwrap();
            openids.extend(made.iter().map(|openid| openid.as_str().unwrap().to_owned()));
        }
        openids
    }

    /// A code for a fan, without the authorize page.
    pub async fn code(&self, openid: &str, scope: &str) -> String {
        let made = self
            .control("POST", "codes", json!({ "fan": openid, "scope": scope }))
            .await;
        made["code"].as_str().unwrap().to_owned()
    }

    /// A fault for an endpoint, in the control API's own words.
    pub async fn fault(&self, endpoint: &str, fault: Value) {
        self.control("PUT", &format!("faults/{endpoint}"), fault).await;
    }

    pub async fn clear_faults(&self) {
        self.control("DELETE", "faults", Value::Null).await;
    }

    /// How often a code was sent to the exchange.
    pub async fn exchanges(&self, code: &str) -> u64 {
        let report = self.control("GET", &format!("requests?code={code}"), Value::Null).await;
        report["exchanges"][code].as_u64().unwrap()
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (path, body) = (format!("/sandbox/{path}"), body.to_string());
        let headers = "Content-Type: application/json\r\n";
        let response = self.control.send(method, &path, headers, &body).await.unwrap();
        assert!(response.status < 300, "{method} {path}: {}", response.body);
        serde_json::from_str(&response.body).unwrap_or(Value::Null)
    }
}

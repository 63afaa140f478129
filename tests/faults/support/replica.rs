use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;

use super::{
    http::Upstream,
    locked,
    process::{Process, free_port, until_it_listens},
};

/// One process of `fanpass serve`. It may be ended and started again on its port.
pub struct Replica {
    pub upstream: Upstream,
    ops: Upstream,
    port: u16,
    folder: PathBuf,
    log: PathBuf,
    wrapper: Vec<String>,
    variables: BTreeMap<String, String>,
    process: Mutex<Option<Arc<Process>>>,
}

impl Replica {
    /// Not started yet. `variables` are what all replicas share; `wrapper` are words before the command.
    pub fn new(folder: &Path, number: usize, wrapper: &[String], variables: &BTreeMap<String, String>) -> Self {
        let (port, ops_port) = (free_port(), free_port());
        let mut variables = variables.clone();
        variables.insert("FANPASS__SERVER__PORT".to_owned(), port.to_string());
        variables.insert("FANPASS__OPS__PORT".to_owned(), ops_port.to_string());
        Self {
            upstream: Upstream::new(port),
            ops: Upstream::new(ops_port),
            port,
            folder: folder.to_owned(),
            log: folder.join(format!("replica-{number}.log")),
            wrapper: wrapper.to_owned(),
            variables,
            process: Mutex::new(None),
        }
    }

    /// Starts it and does not wait for it.
    pub fn spawn(&self) -> Arc<Process> {
        let binary = env!("CARGO_BIN_EXE_fanpass").to_owned();
        let words: Vec<_> = self
            .wrapper
            .iter()
            .cloned()
            .chain([binary, "serve".to_owned()])
            .collect();
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .current_dir(&self.folder)
            .env_clear()
            .envs(&self.variables);
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        let process = Arc::new(Process::start(&mut command, &self.log));
        *locked(&self.process) = Some(Arc::clone(&process));
        process
    }

    pub fn launch(&self) {
        let process = self.spawn();
        self.until_it_serves(&process);
    }

    pub fn until_it_serves(&self, process: &Process) {
        until_it_listens(process, self.port, &self.log);
    }

    pub fn process(&self) -> Arc<Process> {
        Arc::clone(locked(&self.process).as_ref().unwrap())
    }

    /// What one of its metrics says now.
    pub async fn metric(&self, name: &str) -> f64 {
        let page = self.ops.send("GET", "/metrics", "", "").await.unwrap();
        let value = page.body.lines().find_map(|line| line.strip_prefix(name));
        value.unwrap().trim().parse().unwrap()
    }

    /// Waits until somebody waits for a response of it.
    pub async fn has_request_in_flight(&self) {
        while self.metric("fanpass_http_requests_in_flight").await < 1.0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What it has logged as a warning or an error.
    pub fn warnings(&self) -> Vec<String> {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let is_warning = |line: &&str| match serde_json::from_str::<Value>(line) {
            Ok(line) => line["level"] == "WARN" || line["level"] == "ERROR",
            Err(_) => !line.is_empty(),
        };
        log.lines().filter(is_warning).map(str::to_owned).collect()
    }

    /// How many of its warnings have this message.
    pub fn warned(&self, message: &str) -> usize {
        let message = format!("\"message\":\"{message}");
        self.warnings().iter().filter(|line| line.contains(&message)).count()
    }

    /// How many lines of its log hold this text.
    pub fn logged(&self, text: &str) -> usize {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().filter(|line| line.contains(text)).count()
    }
}

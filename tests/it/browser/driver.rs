//! A chromedriver of a test's own, and the browser behind it.

use std::{
    env,
    ffi::OsString,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// What keeps a browser without a screen quiet, small and off the internet.
const ARGUMENTS: [&str; 12] = [
    "headless",
    "no-sandbox",
    "disable-gpu",
    "disable-dev-shm-usage",
    "disable-quic",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
    "disable-breakpad",
    "no-first-run",
    "hide-scrollbars",
    "lang=zh-CN",
];
/// A browser that does not end when it is asked to is killed after this time.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends the browser and its driver when it is dropped, also by a test that fails.
pub struct Driver {
    pub client: Client,
    pub session_url: String,
    child: Child,
    port: u16,
    browser_pid: Option<u64>,
    /// Kept open: the driver may go on writing to it.
    _stdout: BufReader<ChildStdout>,
    _home: TempDir,
}

impl Driver {
    /// Starts a browser with further `chrome_options`. None where there is no driver; the test then prints that it is
    /// skipped.
    pub async fn start(chrome_options: Value) -> Option<Self> {
        let path = path_or_skip()?;
        let home = tempfile::tempdir().unwrap();
        // Crash reports and caches go into a folder that is removed.
        let mut child = Command::new(path)
            .arg("--port=0")
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .env("XDG_CACHE_HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("FANPASS_TEST_CHROMEDRIVER starts");
        let (port, stdout) = port_of(&mut child);
        let capabilities = capabilities(chrome_options, &home);
        let connected = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        let client = match connected {
            Ok(client) => client,
            Err(error) => {
                shut_down(port, &mut child, None);
                panic!("the browser does not start: {error}");
            }
        };
        let found = client.capabilities().and_then(|found| found.get("goog:processID"));
        let browser_pid = found.and_then(Value::as_u64);
        let session = client.session_id().await.unwrap().unwrap();
        Some(Self {
            client,
            session_url: format!("http://127.0.0.1:{port}/session/{session}"),
            child,
            port,
            browser_pid,
            _stdout: stdout,
            _home: home,
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        shut_down(self.port, &mut self.child, self.browser_pid);
    }
}

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn path_or_skip() -> Option<OsString> {
    let path = env::var_os("FANPASS_TEST_CHROMEDRIVER");
    if path.is_none() {
        let must_run = env::var("FANPASS_TEST_ALL").is_ok_and(|all| all == "1");
        assert!(!must_run, "FANPASS_TEST_ALL=1 wants FANPASS_TEST_CHROMEDRIVER");
        let thread = std::thread::current();
        let test = thread.name().unwrap_or_default();
        println!("SKIPPED {test}: FANPASS_TEST_CHROMEDRIVER names no driver");
    }
    path
}

fn capabilities(mut chrome_options: Value, home: &TempDir) -> Map<String, Value> {
    let data = format!("user-data-dir={}", home.path().join("data").display());
    let own = chrome_options["args"].as_array().cloned().unwrap_or_default();
    let arguments = ARGUMENTS.into_iter().chain([data.as_str()]).map(Value::from);
    chrome_options["args"] = arguments.chain(own).collect();
    // The argument `lang` does not decide what the browser asks servers for.
    chrome_options["prefs"] = json!({ "intl.accept_languages": "zh-CN,zh" });
    Map::from_iter([
        ("goog:chromeOptions".to_owned(), chrome_options),
        ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
    ])
}

/// The driver takes a free port and says which.
fn port_of(child: &mut Child) -> (u16, BufReader<ChildStdout>) {
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while stdout.read_line(&mut line).is_ok_and(|read| read > 0) {
        let port = line.split_once("started successfully on port ").map(|(_, port)| port);
        if let Some(port) = port.and_then(|port| port.trim().trim_end_matches('.').parse().ok()) {
            return (port, stdout);
        }
        line.clear();
    }
    shut_down(0, child, None);
    panic!("the driver names no port");
}

/// Asks the driver to end its browser and itself; kills both where that does not help.
fn shut_down(port: u16, child: &mut Child, browser_pid: Option<u64>) {
    let is_asked = ask_to_shut_down(port).is_ok();
    for _ in 0..100 {
        if !is_asked || matches!(child.try_wait(), Ok(Some(_))) {
            break;
        }
        std::thread::sleep(PATIENCE / 100);
    }
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    let _ = child.kill();
    let _ = child.wait();
    if let Some(pid) = browser_pid {
        let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    }
}

fn ask_to_shut_down(port: u16) -> std::io::Result<()> {
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    connection.set_read_timeout(Some(PATIENCE))?;
    write!(
        connection,
        "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )?;
    connection.read_to_end(&mut Vec::new())?;
    Ok(())
}

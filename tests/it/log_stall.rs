//! Somebody ought to read the log, and does not.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::{
    Browser, WECHAT,
    process::{command, free_port},
};

/// The queue and the pipe hold fewer lines than this many requests write at `trace`.
const REQUESTS: usize = 3000;

/// `fanpass serve` whose standard output is a pipe that nobody reads.
struct Unread {
    child: Child,
    site: String,
    ops: String,
    _folder: TempDir,
}

impl Unread {
    async fn start() -> Self {
        let (server, ops) = (free_port().to_string(), free_port().to_string());
        let sandbox = free_port().to_string();
        let variables = [
            ("FANPASS__SERVER__PORT", server.as_str()),
            ("FANPASS__OPS__PORT", &ops),
            ("FANPASS__SANDBOX__PORT", &sandbox),
            ("FANPASS__SERVER__SHUTDOWN_TIMEOUT", "2"),
            ("FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE", "0"),
            ("FANPASS__LOG__FILTER", "trace"),
        ];
        let folder = tempfile::tempdir().unwrap();
        let mut command = command(folder.path(), &[], &variables);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let unread = Self {
            child,
            site: format!("http://localhost:{server}"),
            ops: format!("http://localhost:{ops}"),
            _folder: folder,
        };
        let ready = format!("{}/readyz", unread.ops);
        let client = awc::Client::default();
        for _ in 0..500 {
            if client
                .get(&ready)
                .send()
                .await
                .is_ok_and(|answer| answer.status() == 200)
            {
                return unread;
            }
            actix_web::rt::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it does not start");
    }

    /// Enough requests for the queue to be full, each of which is answered.
    async fn fill(&self) {
        let browser = Browser::new(WECHAT);
        for _ in 0..REQUESTS {
            let page = browser.get(&format!("{}/welcome", self.site)).await;
            assert_eq!(page.status, 200);
            if self.lost().await > 0 {
                return;
            }
        }
        panic!("nothing is lost");
    }

    async fn lost(&self) -> u64 {
        let metrics = Browser::new(WECHAT).get(&format!("{}/metrics", self.ops)).await.text();
        let mut lines = metrics.lines();
        let line = lines.find_map(|line| line.strip_prefix("fanpass_log_lines_lost_total "));
        line.unwrap().parse().unwrap()
    }

    /// Sends SIGTERM; answers whether it ended well, and how long that took.
    async fn stop(&mut self) -> (bool, Duration) {
        let pid = self.child.id().to_string();
        let begun = Instant::now();
        std::process::Command::new("kill")
            .args(["-s", "TERM", &pid])
            .status()
            .unwrap();
        while begun.elapsed() < Duration::from_secs(15) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.success(), begun.elapsed());
            }
            actix_web::rt::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it does not end");
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[actix_web::test]
async fn a_log_that_nobody_reads_holds_up_neither_requests_nor_the_end() {
    let mut unread = Unread::start().await;
    unread.fill().await;
    let before = unread.lost().await;
    let page = Browser::new(WECHAT).get(&format!("{}/welcome", unread.site)).await;
    assert_eq!(page.status, 200);
    assert!(unread.lost().await > before, "each further line is counted");
    let (is_well, took) = unread.stop().await;
    assert!(is_well && took < Duration::from_secs(3), "{took:?}");
}

#[actix_web::test]
async fn when_the_log_is_read_again_it_says_how_many_lines_are_lost() {
    let mut unread = Unread::start().await;
    unread.fill().await;
    let lost = unread.lost().await;
    let lines = BufReader::new(unread.child.stdout.take().unwrap()).lines();
    let reader = thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());
    actix_web::rt::time::sleep(Duration::from_millis(500)).await;
    assert!(unread.stop().await.0);
    let lines = actix_web::web::block(|| reader.join().unwrap()).await.unwrap();
    let told: Vec<u64> = lines
        .iter()
        .filter(|line| line.contains("WARN") && line.contains("lines of this log are lost"))
        .map(|line| line.split_once("log.lost_lines=").unwrap().1.parse().unwrap())
        .collect();
    assert!(told.len() == 1 && told[0] >= lost, "{told:?}, and {lost} were counted");
    let is_whole = lines.iter().any(|line| line.contains("stopped after"));
    assert!(is_whole, "the last lines are lost too: {:?}", lines.last());
}

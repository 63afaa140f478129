//! A log whose reader does not read.

use std::time::{Duration, Instant};

use crate::support::{Browser, Site, WECHAT, metric, process::Process};

/// The queue and the pipe hold fewer lines than this many requests write at `trace`.
const REQUESTS: usize = 3000;

/// `fanpass serve` whose standard output is a pipe that nobody reads.
struct Unread {
    process: Process,
    site: Site,
}

impl Unread {
    async fn start() -> Self {
        let site = Site::new();
        let variables = site.variables_and(&[
            ("FANPASS__SERVER__SHUTDOWN_TIMEOUT", "2"),
            ("FANPASS__LIMITS__PER_ADDRESS_PER_MINUTE", "0"),
            ("FANPASS__LOG__FILTER", "trace"),
        ]);
        let process = Process::spawn_unread(&[], &variables);
        site.wait_until_ready().await;
        Self { process, site }
    }

    /// Enough requests for the queue to be full, each of which is answered.
    async fn fill(&self) {
        let browser = Browser::new(WECHAT);
        for _ in 0..REQUESTS {
            let page = browser.get(&self.site.at("/welcome")).await;
            assert_eq!(page.status, 200);
            if self.lost().await > 0.0 {
                return;
            }
        }
        panic!("nothing is lost");
    }

    async fn lost(&self) -> f64 {
        self.count("fanpass_log_lines_lost_total").await
    }

    async fn count(&self, counter: &str) -> f64 {
        metric(&self.site.ask("/metrics").await.text(), counter).unwrap()
    }

    /// Sends SIGTERM; returns whether it ended well, how long that took, and what was read of its output.
    async fn stop(self) -> (bool, Duration, Vec<String>) {
        let begun = Instant::now();
        let (status, printed) = self.process.terminate().await;
        (status.success(), begun.elapsed(), printed)
    }
}

#[actix_web::test]
async fn a_log_that_nobody_reads_holds_up_neither_requests_nor_the_end() {
    let unread = Unread::start().await;
    unread.fill().await;
    let before = unread.lost().await;
    let page = Browser::new(WECHAT).get(&unread.site.at("/welcome")).await;
    assert_eq!(page.status, 200);
    assert!(unread.lost().await > before, "each further line is counted");
    let (is_well, took, _) = unread.stop().await;
    assert!(is_well && took < Duration::from_secs(3), "{took:?}");
}

#[actix_web::test]
async fn when_the_log_is_read_again_it_says_how_many_lines_are_lost() {
    let mut unread = Unread::start().await;
    unread.fill().await;
    let lost = unread.lost().await;
    unread.process.read();
    unread.process.wait_for("lines of this log are lost");
    let (is_well, _, lines) = unread.stop().await;
    assert!(is_well);
    let reported: Vec<f64> = lines
        .iter()
        .filter(|line| line.contains("WARN") && line.contains("lines of this log are lost"))
        .map(|line| line.split_once("log.lost_lines=").unwrap().1.parse().unwrap())
        .collect();
    assert!(
        reported.len() == 1 && reported[0] >= lost,
        "{reported:?}, and {lost} were counted"
    );
    let is_whole = lines.iter().any(|line| line.contains("stopped after"));
    assert!(is_whole, "the last lines are lost too: {:?}", lines.last());
}

#[actix_web::test]
async fn other_lines_do_not_push_the_audit_trail_out_of_the_log() {
    let mut unread = Unread::start().await;
    unread.fill().await;
    let browser = Browser::new(WECHAT);
    let callback = unread.site.callback(&browser).await;
    assert_eq!(browser.get(&callback).await.status, 303);
    assert_eq!(browser.post(&unread.site.at("/logout"), &[]).await.status, 303);
    assert_eq!(unread.count("fanpass_audit_lines_lost_total").await, 0.0);
    unread.process.read();
    let process = actix_web::web::block(move || {
        unread.process.wait_for("audit.event=\"logout\"");
        unread.process
    });
    let printed = process.await.unwrap().printed();
    let events: Vec<&str> = printed
        .iter()
        .filter_map(|line| line.split_once("audit.event=\"")?.1.split('"').next())
        .collect();
    assert_eq!(events, ["registration", "sign_in", "logout"]);
}

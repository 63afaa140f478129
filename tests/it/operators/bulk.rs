use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    time::Duration,
};

use crate::support::{TestApp, command};

const FANS: usize = 50_000;

const COLUMNS: &str = "id, app_id, openid, unionid, nickname, avatar_url, consented_at, consent_version, \
                       profile_refreshed_at, last_login_at, created_at, updated_at";

/// Rows of the size that real ones have. Written so that every backend understands it.
fn insert() -> String {
    let moment = "'2026-11-23 12:00:00'";
    let digits = (0..10).map(|digit| format!("SELECT {digit} AS n")).collect::<Vec<_>>();
    let digits = digits.join(" UNION ALL ");
    let places = ["a", "b", "c", "d", "e"];
    let joined = places
        .map(|place| format!("({digits}) AS {place}"))
        .join(" CROSS JOIN ");
    let number = "(a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n)";
    let twelve = format!("(100000000000 + {number})");
    format!(
        "INSERT INTO fans_profiles ({COLUMNS}) SELECT CONCAT('019abcde-0000-7000-8000-', {twelve}), \
         'wx00000000000000aa', CONCAT('oMade-Up_Fan0000', {twelve}), NULL, CONCAT('粉丝', {number}), \
         CONCAT('https://thirdwx.qlogo.cn/mmopen/', {twelve}), {moment}, '1', {moment}, {moment}, {moment}, {moment} \
         FROM {joined} WHERE {number} < {FANS}"
    )
}

/// The most memory that a process had, in KiB, from now to its end; and the lines that it wrote.
fn watch(mut child: Child) -> (usize, u64) {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || lines.map_while(Result::ok).count());
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let found = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let found = found.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = found.unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    (reader.join().unwrap(), peak)
}

async fn measure(app: &TestApp, arguments: &[&str]) -> (usize, u64) {
    let mut command = command(app, arguments, &[]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    actix_web::web::block(move || watch(child)).await.unwrap()
}

#[actix_web::test]
async fn fifty_thousand_fans_are_exported_and_searched_in_the_memory_of_a_few_pages() {
    let app = TestApp::start().await;
    app.execute(insert().leak()).await;
    let (few, baseline) = measure(&app, &["list", "--limit", "2000", "--json"]).await;
    assert_eq!(few, 2000);
    for (arguments, expected) in [
        (&["export", "--format", "json"][..], FANS),
        (&["export", "--format", "csv"], FANS + 1),
        (&["list", "--nickname", "丝4999", "--json"], 11),
    ] {
        let (lines, peak) = measure(&app, arguments).await;
        assert_eq!(lines, expected, "{arguments:?}");
        // All fans at once would take some 30 MiB more.
        assert!(
            peak < baseline + 8 * 1024,
            "{arguments:?} took {peak} KiB, a page {baseline} KiB"
        );
    }
}

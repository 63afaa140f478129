//! The internal API: tokens a second, what a call through the relay costs, and the memory while files pass.

use std::{
    io::Write,
    net::SocketAddr,
    sync::{
        Barrier, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    arguments::{Internal, Subject},
    http::Connection,
    process::{cpu_ms, rss_kib},
    sum::Sum,
};

/// Load before the clock runs: connections are made, the token is fetched.
const WARM_UP: Duration = Duration::from_millis(400);

/// Files that pass at once, and the bytes of each.
const UPLOADS: usize = 64;
const FILE: usize = 10_000_000;

pub fn run(what: &Internal) {
    let token = token(what);
    let fan = first_fan(what);
    let relay = format!("/internal/wechat/cgi-bin/user/info?openid={fan}");
    let direct = format!("/cgi-bin/user/info?access_token={token}&openid={fan}");
    let bare_relay = format!("/internal/wechat{direct}");
    println!("| call | subject | CPU ms | **times the bare** | per s | p50 / p99 ms |");
    println!("|---|---|--:|--:|--:|--:|");
    let (ours, bare) = (&what.fanpass, &what.bare);
    compare(
        what,
        "access token",
        &[(ours, "/internal/access-token"), (bare, "/internal/access-token")],
    );
    compare(what, "a fan through the relay", &[(ours, &relay), (bare, &bare_relay)]);
    let sandbox = Subject {
        name: "sandbox".to_owned(),
        ..what.sandbox.clone()
    };
    compare(what, "the same, asked directly", &[(&sandbox, &direct)]);
    uploads(what);
}

/// Measures the subjects in turn, round after round, and prints a row for each.
fn compare(what: &Internal, call: &str, subjects: &[(&Subject, &str)]) {
    let mut sums: Vec<Sum> = subjects.iter().map(|_| Sum::default()).collect();
    let calls = Calls {
        key: &what.key,
        at_once: what.at_once,
        window: what.window,
        status: 200,
    };
    for _ in 0..what.rounds {
        for ((subject, target), sum) in subjects.iter().zip(&mut sums) {
            measure(&calls, subject, target, sum);
        }
    }
    let bare = subjects
        .iter()
        .zip(&sums)
        .find(|((subject, _), _)| subject.name == "bare");
    let bare = bare.map_or(f64::NAN, |(_, sum)| sum.each());
    for ((subject, _), sum) in subjects.iter().zip(&mut sums) {
        let times = if bare.is_nan() {
            "–".to_owned()
        } else {
            format!("**{:.2}**", sum.each() / bare)
        };
        let (each, per_second, latency) = (sum.each(), sum.per_second(), sum.latency());
        println!(
            "| {call} | {} | {each:.3} | {times} | {per_second:.0} | {latency} |",
            subject.name
        );
    }
}

/// Calls of one kind, as many at once as go. Each response must have this status.
pub struct Calls<'a> {
    pub key: &'a str,
    pub at_once: usize,
    pub window: u64,
    pub status: u16,
}

pub fn measure(what: &Calls, subject: &Subject, target: &str, sum: &mut Sum) {
    let (ready, counting, over) = (
        Barrier::new(what.at_once + 1),
        AtomicBool::new(false),
        AtomicBool::new(false),
    );
    let all = Mutex::new(Vec::new());
    let (cpu, seconds) = thread::scope(|scope| {
        for _ in 0..what.at_once {
            scope.spawn(|| {
                let mut connection = Connection::open(subject.address).expect("the subject");
                let mut took = Vec::new();
                ready.wait();
                while !over.load(Relaxed) {
                    let began = Instant::now();
                    let response = connection.get_with_key(target, what.key).expect("a response");
                    assert_eq!(
                        response.status,
                        what.status,
                        "{target}: {}",
                        String::from_utf8_lossy(&response.body)
                    );
                    if counting.load(Relaxed) {
                        took.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
                    }
                }
                all.lock().expect("no thread panicked").extend(took);
            });
        }
        ready.wait();
        thread::sleep(WARM_UP);
        let (began, cpu) = (Instant::now(), cpu_ms(subject.pid));
        counting.store(true, Relaxed);
        thread::sleep(Duration::from_millis(what.window));
        counting.store(false, Relaxed);
        let measured = (cpu_ms(subject.pid) - cpu, began.elapsed().as_secs_f64());
        over.store(true, Relaxed);
        measured
    });
    let all = all.into_inner().expect("no thread panicked");
    sum.calls += u64::try_from(all.len()).expect("not that many");
    sum.cpu_ms += cpu;
    sum.seconds += seconds;
    sum.microseconds.extend(all);
}

/// All files at once; each is a video for three days.
fn uploads(what: &Internal) {
    let rest = rss_kib(what.fanpass.pid);
    let over = AtomicBool::new(false);
    let began = Instant::now();
    let most = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut most = 0;
            while !over.load(Relaxed) {
                most = most.max(rss_kib(what.fanpass.pid));
                thread::sleep(Duration::from_millis(2));
            }
            most
        });
        let uploads: Vec<_> = (0..UPLOADS)
            .map(|_| scope.spawn(|| upload(what.fanpass.address, &what.key)))
            .collect();
        for upload in uploads {
            upload.join().expect("an upload");
        }
        over.store(true, Relaxed);
        watch.join().expect("the watch")
    });
    println!("\n| files at once | bytes of each | seconds | at rest, MB | most, MB |");
    println!("|--:|--:|--:|--:|--:|");
    let (seconds, [rest, most]) = (
        began.elapsed().as_secs_f64(),
        [rest, most].map(|kib| kib as f64 / 1024.0),
    );
    println!("| {UPLOADS} | {FILE} | {seconds:.1} | {rest:.1} | {most:.1} |");
}

fn upload(address: SocketAddr, key: &str) {
    let head = "--b0undary\r\nContent-Disposition: form-data; name=\"media\"; filename=\"video.mp4\"\r\n\
         Content-Type: video/mp4\r\n\r\n";
    let tail = "\r\n--b0undary--\r\n";
    // Looks like the beginning of a video.
    let piece = [b"\x00\x00\x00\x18ftypmp42".as_slice(), &[7; 64 * 1024 - 12]].concat();
    let mut connection = Connection::open(address).expect("fanpass");
    let target = "/internal/wechat/cgi-bin/media/upload?type=video";
    let length = head.len() + FILE + tail.len();
    let response = connection.upload(
        target,
        &format!("Authorization: Bearer {key}"),
        "multipart/form-data; boundary=b0undary",
        length,
        |stream| {
            stream.write_all(head.as_bytes())?;
            let mut left = FILE;
            while left > 0 {
                let length = left.min(piece.len());
                stream.write_all(&piece[..length])?;
                left -= length;
            }
            stream.write_all(tail.as_bytes())
        },
    );
    let response = response.expect("a response");
    let text = String::from_utf8_lossy(&response.body);
    assert!(
        response.status == 200 && text.contains("media_id"),
        "{}: {text}",
        response.status
    );
}

fn token(what: &Internal) -> String {
    let mut connection = Connection::open(what.fanpass.address).expect("fanpass");
    let response = connection
        .get_with_key("/internal/access-token", &what.key)
        .expect("a response");
    let told: serde_json::Value = serde_json::from_slice(&response.body).expect("a token");
    told["access_token"].as_str().expect("a token").to_owned()
}

fn first_fan(what: &Internal) -> String {
    let text = std::fs::read_to_string(&what.fans).expect("the file of fans");
    text.lines().next().expect("a fan").to_owned()
}

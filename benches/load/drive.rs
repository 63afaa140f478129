//! Puts load on the subjects, each in turn, round after round, so that a noisy machine is noisy for both.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    sync::{
        Barrier, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    arguments::{Drive, Operation, Page, Subject},
    browser::{Browser, Fault},
    http::Connection,
    process::{cpu_ms, rss_kib},
    sample::Sample,
};

/// Load before the clock runs: connections are made, caches filled.
const WARM_UP: Duration = Duration::from_millis(400);

/// Fans that each browser is signed in as, one after the other, when pages are measured.
const SESSIONS: usize = 32;

/// What all browsers of a window share.
struct Window {
    ready: Barrier,
    counting: AtomicBool,
    over: AtomicBool,
    done: AtomicU64,
    microseconds: Mutex<Vec<u32>>,
}

pub fn run(what: &Drive) {
    let fans = read_fans(&what.fans);
    let rest: Vec<u64> = what.subjects.iter().map(|subject| rss_kib(subject.pid)).collect();
    delay_platform(what.sandbox, what.platform_delay);
    for operation in &what.operations {
        for round in 1..=what.rounds {
            for (subject, rest_kib) in what.subjects.iter().zip(&rest) {
                let sample = measure(what, subject, *operation, round, &fans);
                Sample {
                    rest_kib: *rest_kib,
                    ..sample
                }
                .append(&what.out);
            }
        }
    }
}

pub fn save_page(what: &Page) {
    let fans = read_fans(&what.fans);
    let mut browser = Browser::open(what.site, what.sandbox).expect("fanpass and the sandbox");
    let signed_in = browser.log_in(&fans[0]).expect("a login");
    let page = browser.page(&signed_in.session).expect("the page");
    fs::write(&what.out, page).expect("the file of the page");
}

/// The openids of the fans whom the sandbox knows.
pub fn read_fans(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).expect("the file of fans");
    text.lines().map(str::to_owned).collect()
}

/// Each response of the platform's API takes `ms`; its authorize page does not.
fn delay_platform(sandbox: SocketAddr, ms: u64) {
    let mut connection = Connection::open(sandbox).expect("the sandbox");
    for endpoint in ["access_token", "userinfo"] {
        let fault = if ms == 0 {
            "[]".to_owned()
        } else {
            format!(r#"{{"kind":"delay","ms":{ms}}}"#)
        };
        let target = format!("/sandbox/faults/{endpoint}");
        let response = connection
            .send_body("PUT", &target, "application/json", &fault)
            .expect("the sandbox");
        assert_eq!(response.status, 200, "the sandbox takes no delay");
    }
}

fn measure(what: &Drive, subject: &Subject, operation: Operation, round: usize, fans: &[String]) -> Sample {
    let window = Window {
        ready: Barrier::new(what.at_once + 1),
        counting: AtomicBool::new(false),
        over: AtomicBool::new(false),
        done: AtomicU64::new(0),
        microseconds: Mutex::default(),
    };
    let (seconds, cpu, operations, load_kib) = thread::scope(|scope| {
        for number in 0..what.at_once {
            let mut fans = fans.iter().cycle().skip(number * fans.len() / what.at_once);
            let window = &window;
            scope.spawn(move || {
                let name = format!("{}{round}n{number}n", subject.name);
                if let Err(fault) = browse(what, subject, operation, &mut fans, &name, window) {
                    // What was measured beside a failure is worth nothing.
                    eprintln!("{} failed at {operation:?}: {fault}", subject.name);
                    std::process::exit(1);
                }
            });
        }
        window.ready.wait();
        thread::sleep(WARM_UP);
        let (began, cpu, done) = (Instant::now(), cpu_ms(subject.pid), window.done.load(Relaxed));
        window.counting.store(true, Relaxed);
        let mut load_kib = 0;
        while began.elapsed() < Duration::from_millis(what.window) {
            thread::sleep(Duration::from_millis(50));
            load_kib = load_kib.max(rss_kib(subject.pid));
        }
        let cpu = cpu_ms(subject.pid) - cpu;
        let operations = window.done.load(Relaxed) - done;
        let seconds = began.elapsed().as_secs_f64();
        window.over.store(true, Relaxed);
        (seconds, cpu, operations, load_kib)
    });
    let mut microseconds = window.microseconds.into_inner().expect("no browser panicked");
    microseconds.sort_unstable();
    let percentile = |part: usize| microseconds.get(microseconds.len() * part / 100).copied().unwrap_or(0);
    Sample {
        setting: what.setting.clone(),
        operation,
        subject: subject.name.clone(),
        round,
        operations,
        seconds,
        cpu_ms: cpu,
        p50_us: percentile(50),
        p99_us: percentile(99),
        rest_kib: 0,
        load_kib,
    }
}

/// One browser until the window is over.
fn browse<'a>(
    what: &Drive,
    subject: &Subject,
    operation: Operation,
    fans: &mut impl Iterator<Item = &'a String>,
    name: &str,
    window: &Window,
) -> Result<(), Fault> {
    let mut browser = Browser::open(subject.address, what.sandbox)?;
    let mut sessions = Vec::new();
    if operation == Operation::Page {
        for openid in fans.take(SESSIONS) {
            sessions.push(browser.log_in(openid)?.session);
        }
    }
    let mut sessions = sessions.iter().cycle();
    let mut fans = fans.peekable();
    let mut took = Vec::new();
    window.ready.wait();
    for number in 0_u64.. {
        let spent = match operation {
            Operation::Login => browser.log_in(fans.next().expect("a cycle"))?.took,
            Operation::Registration => browser.register(&format!("{name}{number}"))?.took,
            Operation::Page => {
                let began = Instant::now();
                browser.page(sessions.next().expect("a cycle"))?;
                began.elapsed()
            }
        };
        window.done.fetch_add(1, Relaxed);
        if window.over.load(Relaxed) {
            break;
        }
        if window.counting.load(Relaxed) {
            took.push(u32::try_from(spent.as_micros()).unwrap_or(u32::MAX));
        }
    }
    window.microseconds.lock().expect("no browser panicked").extend(took);
    Ok(())
}

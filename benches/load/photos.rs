//! Logins at a steady rate while other fans upload photos as fast as they are taken, beside as many logins alone.

use std::{
    fs,
    io::Write,
    net::SocketAddr,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use super::{arguments::Photos, browser::Browser, drive::read_fans, http::Connection, process::rss_kib, sum::latency};

/// Load before the clock runs: every place of the picture pool is taken.
const WARM_UP: Duration = Duration::from_secs(1);

/// Browsers that log in. More than logins overlap while each takes less than half a second.
const BROWSERS: u32 = 8;

/// Between two uploads of a fan who was told to come back.
const PAUSE: Duration = Duration::from_millis(50);

/// Makes every upload another file.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A picture that is uploaded, or none.
struct Row {
    name: String,
    picture: Option<Vec<u8>>,
    microseconds: Vec<u32>,
    photos: u64,
    seconds: f64,
    most_kib: u64,
}

/// What the threads of one window share.
#[derive(Default)]
struct Window {
    counting: AtomicBool,
    over: AtomicBool,
    photos: AtomicU64,
    microseconds: Mutex<Vec<u32>>,
}

pub fn run(what: &Photos) {
    let fans = read_fans(&what.fans);
    let (uploading, logging_in) = fans.split_at(what.at_once);
    let mut rows = rows(&what.pictures);
    for _ in 0..what.rounds {
        for row in &mut rows {
            measure(what, row, uploading, logging_in);
        }
    }
    println!("| photos | photos per s | logins per s | login, p50 / p99 ms | most memory, MB |");
    println!("|---|--:|--:|--:|--:|");
    for row in &mut rows {
        let per_second = |count: u64| count as f64 / row.seconds;
        let (photos, logins) = (per_second(row.photos), per_second(row.microseconds.len() as u64));
        let (login, most) = (latency(&mut row.microseconds), row.most_kib as f64 / 1024.0);
        println!("| {} | {photos:.1} | {logins:.1} | {login} | {most:.0} |", row.name);
    }
}

/// Logins alone first, then beside each picture.
fn rows(folder: &Path) -> Vec<Row> {
    let row = |name: String, picture| Row {
        name,
        picture,
        microseconds: Vec::new(),
        photos: 0,
        seconds: 0.0,
        most_kib: 0,
    };
    let files = fs::read_dir(folder).expect("the folder of pictures");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut rows = vec![row("none".to_owned(), None)];
    rows.extend(files.iter().map(|file| {
        let name = file.file_name().expect("a file has a name").to_string_lossy();
        row(name.into_owned(), Some(fs::read(file).expect("a picture")))
    }));
    rows
}

fn measure(what: &Photos, row: &mut Row, uploading: &[String], logging_in: &[String]) {
    let window = Window::default();
    thread::scope(|scope| {
        let window = &window;
        if let Some(picture) = &row.picture {
            for openid in uploading {
                scope.spawn(move || upload_again_and_again(what, openid, picture, window));
            }
        }
        for number in 0..BROWSERS {
            scope.spawn(move || log_in_steadily(what, number, logging_in, window));
        }
        thread::sleep(WARM_UP);
        let began = Instant::now();
        window.counting.store(true, Relaxed);
        while began.elapsed() < Duration::from_millis(what.window) {
            thread::sleep(Duration::from_millis(20));
            row.most_kib = row.most_kib.max(rss_kib(what.fanpass.pid));
        }
        window.counting.store(false, Relaxed);
        row.seconds += began.elapsed().as_secs_f64();
        window.over.store(true, Relaxed);
    });
    row.photos += window.photos.into_inner();
    let microseconds = window.microseconds.into_inner().expect("no thread panicked");
    row.microseconds.extend(microseconds);
}

/// The browsers take turns. A login that is late does not make the next one later.
fn log_in_steadily(what: &Photos, number: u32, fans: &[String], window: &Window) {
    let pause = Duration::from_secs(1) * BROWSERS / what.rate;
    let mut due = Instant::now() + pause * number / BROWSERS;
    let mut browser = Browser::open(what.fanpass.address, what.sandbox).expect("fanpass and the sandbox");
    let mut took = Vec::new();
    for openid in fans
        .iter()
        .cycle()
        .skip(number as usize * fans.len() / BROWSERS as usize)
    {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if window.over.load(Relaxed) {
            break;
        }
        let counts = window.counting.load(Relaxed);
        let spent = browser.log_in(openid).expect("a login").took;
        if counts {
            took.push(u32::try_from(spent.as_micros()).unwrap_or(u32::MAX));
        }
        due += pause;
    }
    window.microseconds.lock().expect("no thread panicked").extend(took);
}

fn upload_again_and_again(what: &Photos, openid: &str, picture: &[u8], window: &Window) {
    let address = what.fanpass.address;
    let mut browser = Browser::open(address, what.sandbox).expect("fanpass and the sandbox");
    let who = format!("Cookie: {}", browser.log_in(openid).expect("a login").session);
    let mut connection = Connection::open(address).expect("fanpass");
    while !window.over.load(Relaxed) {
        match upload(&mut connection, address, &who, picture) {
            201 if window.counting.load(Relaxed) => _ = window.photos.fetch_add(1, Relaxed),
            201 => {}
            // No place: the fan comes back.
            503 => {
                thread::sleep(PAUSE);
                connection = Connection::open(address).expect("fanpass");
            }
            status => panic!("a photo was answered with {status}"),
        }
    }
}

/// The status. What stands behind a picture's end does not change the picture, but it changes the file.
fn upload(connection: &mut Connection, address: SocketAddr, who: &str, picture: &[u8]) -> u16 {
    let head = "--b0undary\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"photo\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n";
    let tail = format!("{:020}\r\n--b0undary--\r\n", NUMBER.fetch_add(1, Relaxed));
    let who = format!("{who}\r\nOrigin: http://{address}");
    let response = connection.upload(
        "/api/photos",
        &who,
        "multipart/form-data; boundary=b0undary",
        head.len() + picture.len() + tail.len(),
        |stream| {
            stream.write_all(head.as_bytes())?;
            stream.write_all(picture)?;
            stream.write_all(tail.as_bytes())
        },
    );
    response.expect("a response").status
}

//! Server push in safe mode: pushes a second, what one costs, and who notices a target that hangs.

mod sender;
mod target;

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use self::{sender::Sender, target::Target};
use super::{
    arguments::Push,
    http::Connection,
    process::cpu_ms,
    sum::{Sum, latency},
};

/// Load before the clock runs.
const WARM_UP: Duration = Duration::from_millis(400);

/// Longer than forwards take that are not late.
const LATEST_ARRIVAL: Duration = Duration::from_secs(60);

/// Messages that are sent side by side: so many connections, together so many a second, or as many as go.
#[derive(Clone, Copy)]
struct Stream {
    kind: &'static str,
    connections: usize,
    per_second: Option<u32>,
}

/// What a stream was: its answers, and when each message was sent.
#[derive(Default)]
struct Sent {
    sum: Sum,
    at: HashMap<u64, Instant>,
}

pub fn run(what: &Push) {
    let log = Target::listen(what.log, false);
    let other = Target::listen(what.other, false);
    let bot = Target::listen(what.bot, true);
    let load = Load {
        what,
        sender: Sender::new(what),
    };
    let full = |kind| Stream {
        kind,
        connections: what.at_once,
        per_second: None,
    };
    let steady = |kind| Stream {
        per_second: Some(what.rate),
        ..full(kind)
    };
    println!("| push | per s | CPU ms | answered, p50 / p99 ms | at the target, p50 / p99 ms |");
    println!("|---|--:|--:|--:|--:|");
    load.row("answered by a rule", full("link"), None, None);
    load.row("answered by a target", full("location"), None, None);
    let texts = "forwarded, beside as many to another target";
    load.row(texts, steady("text"), Some(steady("image")), Some(&log));
    other.hangs.store(true, Relaxed);
    let hanging = "the same while the other target hangs";
    load.row(hanging, steady("text"), Some(steady("image")), Some(&log));
    other.hangs.store(false, Relaxed);
    let texts = "forwarded, beside as many that a target answers";
    load.row(texts, steady("text"), Some(steady("voice")), Some(&log));
    bot.hangs.store(true, Relaxed);
    let hanging = "the same while the answering target hangs";
    load.row(hanging, steady("text"), Some(steady("voice")), Some(&log));
    bot.hangs.store(false, Relaxed);
    load.row("forwarded, as many as go", full("text"), None, Some(&log));
}

struct Load<'a> {
    what: &'a Push,
    sender: Sender,
}

impl Load<'_> {
    /// Measures `stream`, with `beside` running too, and prints a row.
    fn row(&self, name: &str, stream: Stream, beside: Option<Stream>, target: Option<&Target>) {
        target.map(Target::arrived);
        let (mut sent, others) = self.measure(stream, beside);
        let delays = target.map_or("–".to_owned(), |target| delays(&sent, target));
        let cpu = sent.sum.cpu_ms as f64 / (sent.sum.calls + others) as f64;
        let (per_second, answered) = (sent.sum.per_second(), sent.sum.latency());
        println!("| {name} | {per_second:.0} | {cpu:.3} | {answered} | {delays} |");
    }

    /// What was sent in the window, and how many of the other stream.
    fn measure(&self, stream: Stream, beside: Option<Stream>) -> (Sent, u64) {
        let (counting, over) = (AtomicBool::new(false), AtomicBool::new(false));
        let (sent, others) = (Mutex::new(Sent::default()), Mutex::new(Sent::default()));
        let (cpu_ms, seconds) = thread::scope(|scope| {
            let streams = [(Some(stream), &sent), (beside, &others)];
            for (stream, sent) in streams.into_iter().filter_map(|(stream, sent)| Some((stream?, sent))) {
                for number in 0..stream.connections {
                    let (counting, over) = (&counting, &over);
                    scope.spawn(move || self.send(stream, number, counting, over, sent));
                }
            }
            thread::sleep(WARM_UP);
            let (began, cpu) = (Instant::now(), cpu_ms(self.what.fanpass.pid));
            counting.store(true, Relaxed);
            thread::sleep(Duration::from_millis(self.what.window));
            counting.store(false, Relaxed);
            let measured = (cpu_ms(self.what.fanpass.pid) - cpu, began.elapsed().as_secs_f64());
            over.store(true, Relaxed);
            measured
        });
        let mut sent = sent.into_inner().expect("no thread panicked");
        (sent.sum.cpu_ms, sent.sum.seconds) = (cpu_ms, seconds);
        (sent, others.into_inner().expect("no thread panicked").sum.calls)
    }

    /// One connection's part of a stream.
    fn send(&self, stream: Stream, number: usize, counting: &AtomicBool, over: &AtomicBool, all: &Mutex<Sent>) {
        let connections = u32::try_from(stream.connections).expect("few");
        let pause = stream
            .per_second
            .map(|rate| Duration::from_secs(1) * connections / rate);
        // The connections of a steady stream take turns.
        let mut next = Instant::now() + pause.unwrap_or_default() * u32::try_from(number).expect("few") / connections;
        let mut connection = Connection::open(self.what.fanpass.address).expect("fanpass");
        let mut sent = Sent::default();
        while !over.load(Relaxed) {
            if let Some(pause) = pause {
                thread::sleep(next.saturating_duration_since(Instant::now()));
                next += pause;
            }
            let (message, began, counts) = (self.sender.next(), Instant::now(), counting.load(Relaxed));
            let response = self.sender.send(&mut connection, stream.kind, message);
            let response = response.expect("a response");
            let body = String::from_utf8_lossy(&response.body);
            assert_eq!(response.status, 200, "{}: {body}", stream.kind);
            assert!(
                body.starts_with("<xml>") || body == "success",
                "{}: {body}",
                stream.kind
            );
            if counts {
                sent.sum.calls += 1;
                let took = began.elapsed().as_micros();
                sent.sum.microseconds.push(u32::try_from(took).unwrap_or(u32::MAX));
                sent.at.insert(message, began);
            }
        }
        let mut all = all.lock().expect("no thread panicked");
        all.sum.calls += sent.sum.calls;
        all.sum.microseconds.extend(sent.sum.microseconds);
        all.at.extend(sent.at);
    }
}

/// How long the messages were under way to the target. Waits until all are there.
fn delays(sent: &Sent, target: &Target) -> String {
    let began = Instant::now();
    let mut arrived = HashMap::new();
    while arrived.len() < sent.at.len() {
        // The first arrival counts: a forward may come twice.
        for (number, at) in target.arrived() {
            if sent.at.contains_key(&number) {
                arrived.entry(number).or_insert(at);
            }
        }
        if began.elapsed() > LATEST_ARRIVAL {
            return format!("{} of {} arrived", arrived.len(), sent.at.len());
        }
        thread::sleep(Duration::from_millis(5));
    }
    let delay = |(number, at): (&u64, &Instant)| at.duration_since(sent.at[number]).as_micros();
    let mut microseconds: Vec<u32> = arrived
        .iter()
        .map(|one| u32::try_from(delay(one)).unwrap_or(u32::MAX))
        .collect();
    latency(&mut microseconds)
}

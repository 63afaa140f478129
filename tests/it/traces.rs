//! Traces as a collector receives them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use crate::support::{Browser, Site, WECHAT, parameter};

/// Paths and bodies, as they came.
type Posted = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A collector that takes OTLP over HTTP and keeps what was posted.
struct Collector {
    url: String,
    posted: Posted,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let posted = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&posted);
        thread::spawn(move || {
            for connection in listener.incoming() {
                kept.lock().unwrap().extend(receive(connection.unwrap()));
            }
        });
        Self { url, posted }
    }
}

/// One request: its head and its body.
fn receive(mut connection: TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut part = [0; 4096];
        let read = connection.read(&mut part).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = bytes[end..].to_vec();
    let missing = length.unwrap().parse::<usize>().unwrap() - body.len();
    let mut rest = vec![0; missing];
    connection.read_exact(&mut rest).unwrap();
    body.extend(rest);
    let response = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    connection.write_all(response).unwrap();
    Some((head, body))
}

/// A field of a protobuf message: its number, and its bytes if it has a length.
fn fields(mut message: &[u8]) -> Vec<(u64, &[u8])> {
    fn varint(message: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = message.split_first().unwrap();
            *message = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }
    let mut found = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message);
        let length = match tag & 7 {
            0 => {
                varint(&mut message);
                0
            }
            1 => 8,
            5 => 4,
            2 => usize::try_from(varint(&mut message)).unwrap(),
            other => panic!("no wire type {other}"),
        };
        let (value, rest) = message.split_at(length);
        message = rest;
        found.push((tag >> 3, value));
    }
    found
}

fn all(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    let fields = fields(message).into_iter();
    fields.filter(move |field| field.0 == number).map(|field| field.1)
}

#[derive(Debug, Clone)]
struct Span {
    trace: Vec<u8>,
    id: Vec<u8>,
    parent: Vec<u8>,
    name: String,
}

/// The spans of an `ExportTraceServiceRequest`.
fn spans(body: &[u8]) -> Vec<Span> {
    let spans = all(body, 1)
        .flat_map(|resource| all(resource, 2))
        .flat_map(|scope| all(scope, 2));
    let bytes = |span, number| all(span, number).next().unwrap_or_default().to_vec();
    spans
        .map(|span| Span {
            trace: bytes(span, 1),
            id: bytes(span, 2),
            parent: bytes(span, 4),
            name: String::from_utf8(bytes(span, 5)).unwrap(),
        })
        .collect()
}

#[actix_web::test]
async fn a_login_is_one_trace_through_platform_database_and_cache() {
    let collector = Collector::start();
    let site = Site::new();
    let process = site.start(&[
        ("FANPASS__TELEMETRY__OTLP_ENDPOINT", &collector.url),
        ("WECHAT_APP_SECRET", "0badf00d0badf00d0badf00d0badf00d"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-collector-key=made-up-key"),
    ]);
    let browser = Browser::new(WECHAT);
    let callback = site.callback_of(&browser, "小雨的昵称").await;
    assert_eq!(browser.get(&callback).await.status, 303);
    let printed = process.terminate().await.1.join("\n");
    assert!(printed.contains("traces go to"), "{printed}");
    assert!(
        !printed.contains("platform.call"),
        "the lines keep their own filter: {printed}"
    );

    let posted = collector.posted.lock().unwrap().clone();
    for (head, body) in &posted {
        assert!(head.starts_with("post /v1/traces "), "{head}");
        assert!(head.contains("content-type: application/x-protobuf"), "{head}");
        assert!(head.contains("x-collector-key: made-up-key"), "{head}");
        let text = String::from_utf8_lossy(body);
        let (code, state) = (
            parameter(&callback, "code").unwrap(),
            parameter(&callback, "state").unwrap(),
        );
        let session = browser.cookie("fanpass_session").unwrap();
        for secret in [code.as_str(), &state, &session, "made-up", "小雨的昵称"] {
            assert!(!text.contains(secret), "{secret} is traced");
        }
    }
    let mut traces: BTreeMap<Vec<u8>, Vec<Span>> = BTreeMap::new();
    for span in posted.iter().flat_map(|(_, body)| spans(body)) {
        traces.entry(span.trace.clone()).or_default().push(span);
    }
    let of_login = traces
        .values()
        .find(|spans| spans.iter().any(|span| span.name == "platform.call"));
    let of_login = of_login.unwrap_or_else(|| panic!("{traces:#?}"));
    let names: BTreeSet<&str> = of_login.iter().map(|span| span.name.as_str()).collect();
    for name in [
        "request",
        "platform.call",
        "database.fans.register",
        "cache.put",
        "cache.put_if_absent",
    ] {
        assert!(names.contains(name), "no {name} in {names:?}");
    }
    let root = of_login.iter().find(|span| span.name == "request").unwrap();
    assert!(root.parent.is_empty());
    for span in of_login.iter().filter(|span| span.name != "request") {
        assert!(
            of_login.iter().any(|parent| parent.id == span.parent),
            "{span:?} hangs in the air"
        );
    }
}

#[test]
fn a_collector_that_is_down_is_named_once_and_costs_no_request() {
    let site = Site::new();
    let process = site.start(&[
        ("FANPASS__TELEMETRY__OTLP_ENDPOINT", "http://127.0.0.1:1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ]);
    let visit = async || Browser::new(WECHAT).get(&site.at("/welcome")).await.status;
    let system = actix_web::rt::System::new();
    assert_eq!(system.block_on(visit()), 200);
    process.wait_for("the collector takes no traces");
    assert_eq!(system.block_on(visit()), 200);
    process.signal("TERM");
    let (status, printed) = process.end();
    assert!(status.success(), "{printed:#?}");
    let lines = printed
        .iter()
        .filter(|line| line.contains("the collector takes no traces"));
    assert_eq!(lines.count(), 1, "{printed:#?}");
}

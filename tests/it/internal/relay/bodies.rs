//! Bodies: as they are, of any size, and never a part for the whole.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::mpsc,
    time::Duration,
};

use actix_web::web::Bytes;
use futures_util::stream;
use sha2::{Digest, Sha256};

use super::{
    RecordingPlatform, SHOP_KEY, USER_INFO, app_on, base, bearer,
    platform::{json_answer, read_body},
    read, request,
};
use crate::support::raw;

const PATH: &str = "/cgi-bin/user/info";
const MIB: usize = 1 << 20;
/// Bytes that no text has, and that look like gzip.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\x00\r\n\r\n0\r\n\r\n";

fn head(further: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\n{further}\r\n").into_bytes()
}

#[actix_web::test]
async fn binary_bodies_pass_unchanged_both_ways_however_their_end_is_marked() {
    for further in [
        format!("content-length: {}\r\n", GZIP.len()),
        "transfer-encoding: chunked\r\n".to_owned(),
        String::new(),
    ] {
        let is_chunked = further.starts_with("transfer");
        let platform = RecordingPlatform::start(move |_, _| {
            let body = match is_chunked {
                true => [format!("{:x}\r\n", GZIP.len()).as_bytes(), GZIP, b"\r\n0\r\n\r\n"].concat(),
                false => GZIP.to_vec(),
            };
            [head(&further), body].concat()
        });
        let app = app_on(&platform, "relay:/cgi-bin/*").await;
        let sized = read(request(&app, "POST", USER_INFO).send_body(GZIP)).await;
        assert_eq!(sized.body, GZIP);
        let chunks = stream::iter(
            GZIP.chunks(5)
                .map(|chunk| Ok::<_, std::io::Error>(Bytes::copy_from_slice(chunk))),
        );
        let chunked = read(request(&app, "POST", USER_INFO).send_stream(chunks)).await;
        assert_eq!(chunked.body, GZIP);
        for call in platform.calls(PATH) {
            assert!(call.is_whole && call.body == GZIP, "{}", call.text());
            assert_eq!(call.header("content-length"), Some(GZIP.len().to_string().as_str()));
        }
    }
}

#[actix_web::test]
async fn an_encoded_answer_that_nobody_asked_for_can_still_be_read() {
    let platform = RecordingPlatform::start(|_, _| {
        [
            head(&format!("content-encoding: gzip\r\ncontent-length: {}\r\n", GZIP.len())),
            GZIP.to_vec(),
        ]
        .concat()
    });
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let answer = read(
        request(&app, "GET", USER_INFO)
            .insert_header(("accept-encoding", "gzip"))
            .send(),
    )
    .await;
    assert_eq!(answer.body, GZIP);
    assert_eq!(answer.headers.get("content-encoding").unwrap(), "gzip");
    assert_eq!(platform.calls(PATH)[0].header("accept-encoding"), Some("identity"));
}

#[actix_web::test]
async fn sixty_four_mib_pass_up_and_down_whole() {
    let large: Bytes = (0..64 * MIB)
        .map(|at| u8::try_from(at % 251).unwrap())
        .collect::<Vec<u8>>()
        .into();
    let down = large.clone();
    let platform = RecordingPlatform::start(move |_, _| {
        [head(&format!("content-length: {}\r\n", down.len())), down.to_vec()].concat()
    });
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let answer = read(request(&app, "POST", USER_INFO).send_body(large.clone())).await;
    let digest = |bytes: &[u8]| Sha256::digest(bytes);
    assert_eq!(digest(&answer.body), digest(&large));
    let calls = platform.calls(PATH);
    assert!(calls[0].is_whole);
    assert_eq!(digest(&calls[0].body), digest(&large));
}

#[actix_web::test]
async fn a_platform_that_does_not_read_holds_the_caller_back() {
    let (release, released) = mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let platform = RecordingPlatform::serving(move |call, mut reader| {
        let _ = released.lock().unwrap().recv_timeout(Duration::from_secs(20));
        let mut call = call.clone();
        read_body(&mut call, &mut reader);
        let _ = reader
            .get_mut()
            .write_all(&json_answer(if call.is_whole { "{}" } else { "[]" }));
    });
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let server = base(&app).trim_start_matches("http://").to_owned();
    let accepted = actix_web::web::block(move || {
        let mut stream = upload(&server, 256 * MIB);
        stream.set_write_timeout(Some(Duration::from_millis(700))).unwrap();
        let piece = vec![7; 64 * 1024];
        let mut accepted = 0;
        while accepted < 256 * MIB {
            match stream.write(&piece) {
                Ok(written) => accepted += written,
                Err(_) => break,
            }
        }
        accepted
    });
    let accepted = accepted.await.unwrap();
    drop(release);
    // What the kernel's buffers of two connections take.
    assert!(
        accepted < 64 * MIB,
        "{accepted} bytes were taken from the caller while the platform read none"
    );
}

#[actix_web::test]
async fn an_upload_that_breaks_off_breaks_off_at_the_platform_and_is_never_a_whole_one() {
    for length in [3 * MIB, 100] {
        let (tell, told) = mpsc::channel();
        let tell = std::sync::Mutex::new(tell);
        let platform = RecordingPlatform::serving(move |call, mut reader| {
            let mut call = call.clone();
            read_body(&mut call, &mut reader);
            let _ = tell.lock().unwrap().send(call.is_whole);
        });
        let app = app_on(&platform, "relay:/cgi-bin/*").await;
        let server = base(&app).trim_start_matches("http://").to_owned();
        let text = actix_web::web::block(move || {
            let mut stream = upload(&server, length);
            stream.write_all(&vec![7; length / 2]).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let mut received = String::new();
            let _ = stream.read_to_string(&mut received);
            received
        });
        let text = text.await.unwrap();
        assert!(!text.contains(" 200 "), "{text}");
        // A short body is read first, so that the platform sees nothing of it.
        if length > MIB {
            assert_eq!(told.recv_timeout(Duration::from_secs(10)), Ok(false));
        }
        assert!(platform.calls(PATH).iter().all(|call| !call.is_whole));
    }
}

#[actix_web::test]
async fn a_download_that_breaks_off_is_never_taken_for_a_whole_one() {
    for further in ["content-length: 2000000\r\n", "transfer-encoding: chunked\r\n"] {
        let platform = RecordingPlatform::start(move |_, _| {
            let part = vec![7; 100_000];
            let before = if further.starts_with("transfer") {
                &b"186a0\r\n"[..]
            } else {
                b""
            };
            [&head(further), before, &part].concat()
        });
        let app = app_on(&platform, "relay:/cgi-bin/*").await;
        let authorization = format!("authorization: {}", bearer(SHOP_KEY));
        let received = raw::get(base(&app), USER_INFO, &[authorization.as_bytes()]).await;
        assert_eq!(received.statuses(), [200]);
        assert!(received.closed_after.is_some());
        assert!(received.text.contains(further), "{further}");
        let length = received.body().len();
        assert!((1..110_000).contains(&length), "{length}");
        assert!(
            !received.text.ends_with("0\r\n\r\n"),
            "no last chunk says that it is whole"
        );
    }
}

/// Begins an upload with this length.
fn upload(server: &str, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(server).unwrap();
    let head = format!(
        "POST {USER_INFO} HTTP/1.1\r\nhost: a\r\nauthorization: {}\r\ncontent-length: {length}\r\n\r\n",
        bearer(SHOP_KEY)
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

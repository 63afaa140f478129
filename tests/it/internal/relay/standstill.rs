//! Who stands still is not waited for.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::mpsc,
    time::Duration,
};

use super::{RecordingPlatform, SHOP_KEY, USER_INFO, app_on, base, bearer, get, problem};
use crate::support::raw;

const FAR: Duration = Duration::from_secs(20);

/// A platform that leaves a call alone until it is closed, and then says so.
fn silent(sends: &'static [u8]) -> (RecordingPlatform, mpsc::Receiver<()>) {
    let (tell, told) = mpsc::channel();
    let tell = std::sync::Mutex::new(tell);
    let platform = RecordingPlatform::serving(move |_, mut reader| {
        let _ = reader.get_mut().write_all(sends);
        let _ = std::io::copy(&mut reader, &mut std::io::sink());
        let _ = tell.lock().unwrap().send(());
    });
    (platform, told)
}

#[actix_web::test]
async fn a_platform_that_does_not_answer_is_given_up_within_the_usual_time() {
    let (platform, closed) = silent(b"");
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let page = get(&app, USER_INFO, SHOP_KEY).await;
    assert_eq!((page.status, problem(&page).as_str()), (504, "platform-timeout"));
    closed.recv_timeout(FAR).unwrap();
    assert_eq!(platform.calls("/cgi-bin/user/info").len(), 1);
}

#[actix_web::test]
async fn a_platform_that_stops_within_its_answer_ends_the_caller_s_answer() {
    let (platform, closed) = silent(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\npart");
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let received = raw::get(
        base(&app),
        USER_INFO,
        &[format!("authorization: {}", bearer(SHOP_KEY)).as_bytes()],
    )
    .await;
    assert!(received.text.contains("content-length: 10\r\n"), "{}", received.text);
    assert_eq!(received.body(), "part");
    assert!(received.closed_after.is_some());
    closed.recv_timeout(FAR).unwrap();
}

#[actix_web::test]
async fn a_caller_that_stops_within_its_upload_is_given_up_and_the_platform_s_connection_with_it() {
    for (length, reaches_platform) in [(3 << 20, true), (100, false)] {
        let (platform, closed) = silent(b"");
        let app = app_on(&platform, "relay:/cgi-bin/*").await;
        let server = base(&app).trim_start_matches("http://").to_owned();
        let text = actix_web::web::block(move || {
            let mut stream = TcpStream::connect(server).unwrap();
            let head = format!(
                "POST {USER_INFO} HTTP/1.1\r\nhost: a\r\nauthorization: {}\r\ncontent-length: {length}\r\n\r\n",
                bearer(SHOP_KEY)
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&vec![7; length / 2]).unwrap();
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).unwrap();
            String::from_utf8_lossy(&buffer[..read]).into_owned()
        });
        let text = text.await.unwrap();
        assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
        if reaches_platform {
            closed.recv_timeout(FAR).unwrap();
        }
    }
}

#[actix_web::test]
async fn a_caller_that_does_not_read_its_answer_is_given_up() {
    let (tell, told) = mpsc::channel();
    let tell = std::sync::Mutex::new(tell);
    let platform = RecordingPlatform::serving(move |_, mut reader| {
        let stream = reader.get_mut();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: 1073741824\r\n\r\n");
        let piece = vec![7; 64 * 1024];
        let mut sent = 0;
        while stream.write_all(&piece).is_ok() {
            sent += piece.len();
        }
        let _ = tell.lock().unwrap().send(sent);
    });
    let app = app_on(&platform, "relay:/cgi-bin/*").await;
    let server = base(&app).trim_start_matches("http://").to_owned();
    let sent = actix_web::web::block(move || {
        let mut stream = TcpStream::connect(server).unwrap();
        let head = format!(
            "GET {USER_INFO} HTTP/1.1\r\nhost: a\r\nauthorization: {}\r\n\r\n",
            bearer(SHOP_KEY)
        );
        stream.write_all(head.as_bytes()).unwrap();
        told.recv_timeout(FAR)
    });
    let sent = sent.await.unwrap().expect("the platform's connection is given up");
    assert!(
        sent < 64 << 20,
        "{sent} bytes were taken from the platform though nobody read them"
    );
}

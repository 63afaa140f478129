//! What the platform sends late, or too much of, never reaches another fan's login.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use crate::support::{TestApp, parameter};

const OK: &str = "HTTP/1.1 200 OK\r\n";

/// How long the rest of an odd response takes, unless another request comes over its connection first.
const LATE: Duration = Duration::from_millis(300);

/// A platform that keeps connections open. A code begins with its fan's letter; the code `odd` gets `first`, and later the
/// grant of the fan `a`.
fn platform(first: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            thread::spawn(move || while respond(&stream, first).is_some() {});
        }
    });
    url
}

/// Responds to the next request; `None` at the end of the connection.
fn respond(mut stream: &TcpStream, first: &str) -> Option<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let target = format!("http://made-up{}", head.split(' ').nth(1).unwrap());
    let fan = match parameter(&target, "code").as_deref() {
        Some("odd") => {
            stream.write_all(first.as_bytes()).ok()?;
            stream.set_read_timeout(Some(LATE)).unwrap();
            let _ = stream.peek(&mut byte);
            stream.set_read_timeout(None).unwrap();
            "a".to_owned()
        }
        Some(code) => code[..1].to_owned(),
        None => parameter(&target, "openid")
            .unwrap()
            .replace("oMadeUp000000000000000000000", ""),
    };
    stream.write_all(grant_and_profile(&fan).as_bytes()).ok()
}

fn grant_and_profile(fan: &str) -> String {
    let body = format!(
        r#"{{"access_token":"made-up","expires_in":7200,"refresh_token":"made-up","openid":"oMadeUp000000000000000000000{fan}","scope":"snsapi_userinfo","nickname":"fan-{fan}","headimgurl":""}}"#
    );
    format!("{OK}content-length: {}\r\n\r\n{body}", body.len())
}

/// After the fans `a` and `b` have registered, `a` brings the odd code, and then `b` a good one. Returns the status
/// that `a` sees and the page of `b`.
async fn odd_response_then_another_fan(first: &'static str) -> (u16, String) {
    let app = TestApp::with()
        .set("wechat.api_url", &platform(first))
        .set("server.workers", "1")
        .start()
        .await;
    for code in ["a-first", "b-first"] {
        let page = app.bring_code(&app.browser(), "/register?next=/", code).await;
        assert_eq!(page.status, 303, "{}", page.text());
    }
    let odd = app.bring_code(&app.browser(), "/login?next=/", "odd").await;
    let browser = app.browser();
    let page = app.bring_code(&browser, "/login?next=/", "b-second").await;
    assert_eq!((page.status, page.location()), (303, "/"), "{first:?}");
    (odd.status, browser.get(&app.at("/")).await.text())
}

#[actix_web::test]
async fn a_late_response_to_one_fan_signs_no_other_in() {
    for first in [
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\n{}",
    ] {
        let (status, page) = odd_response_then_another_fan(first).await;
        assert_eq!(status, 502, "{first:?}");
        assert!(page.contains("fan-b") && !page.contains("fan-a"), "{first:?}: {page}");
    }
}

#[actix_web::test]
async fn an_interim_response_is_passed_over_for_the_final_one() {
    for first in [
        "HTTP/1.1 103 Early Hints\r\nlink: </made-up>\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n",
    ] {
        let (status, page) = odd_response_then_another_fan(first).await;
        assert!(page.contains("fan-b") && !page.contains("fan-a"), "{first:?}: {page}");
        assert_eq!(status, 303, "{first:?}");
    }
}

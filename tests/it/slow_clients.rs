//! Clients that begin and do not go on. The server's own time-outs are tested with `limits`; here is what they leave open,
//! with a watch that is short enough for a test.
//!
//! These tests take real time: the server works on threads of its own, beside sockets that a paused clock does not move, and
//! its watch is about how long nothing arrives.

use std::time::Duration;

use actix_web::{
    App, HttpResponse, HttpServer,
    middleware::{Next, from_fn},
    rt, web,
};
use fanpass::middleware::connection_watch::{begin_request, watch_connection};

use crate::support::raw::{Received, send};

const PERIOD: Duration = Duration::from_millis(500);

const WHOLE: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/// A server whose own time-outs do not help. The response of `/slow` takes four periods, that of `/long` 16 MB.
fn serve() -> String {
    let app = || {
        let slow = web::get().to(|| async {
            rt::time::sleep(PERIOD * 4).await;
            HttpResponse::Ok().finish()
        });
        let long = web::get().to(|| async { HttpResponse::Ok().body(vec![b'.'; 16 << 20]) });
        let at_once = web::to(|| async { HttpResponse::Ok().finish() });
        let app = App::new().route("/slow", slow).route("/long", long);
        app.default_service(at_once)
            .wrap(from_fn(async |request, next: Next<_>| {
                let _in_hand = begin_request(&request);
                next.call(request).await
            }))
    };
    let server = HttpServer::new(app)
        .on_connect(|connection, data| watch_connection(connection, data, PERIOD))
        .keep_alive(Duration::from_secs(60))
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    rt::spawn(server.run());
    url
}

async fn response_to(sent: &str) -> Received {
    send(&serve(), sent, Duration::from_secs(10)).await
}

fn assert_dropped(received: &Received, statuses: &[u16]) {
    assert_eq!(received.statuses(), statuses, "{}", received.text);
    assert!(
        received.closed_after.is_some_and(|after| after < PERIOD * 8),
        "{:?}",
        received.closed_after
    );
}

#[actix_web::test]
async fn the_rest_of_a_later_request_is_not_waited_for_for_ever() {
    assert_dropped(&response_to(&format!("{WHOLE}GET / HTTP/1.1\r\nx: ")).await, &[200]);
}

#[actix_web::test]
async fn the_rest_of_a_body_that_nobody_reads_is_not_waited_for_for_ever() {
    let sent = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel";
    assert_dropped(&response_to(sent).await, &[200]);
}

#[actix_web::test]
async fn a_client_that_does_not_take_its_response_is_not_waited_for_for_ever() {
    use std::io::{Read, Write};
    let server = serve().trim_start_matches("http://").to_owned();
    let taken = web::block(move || {
        let mut stream = std::net::TcpStream::connect(server).unwrap();
        stream.write_all(b"GET /long HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
        // Not a byte is taken for longer than the watch waits.
        std::thread::sleep(PERIOD * 5);
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // What was in the socket's buffers still comes; the rest is dropped.
        let mut taken = Vec::new();
        let _ = stream.read_to_end(&mut taken);
        taken.len()
    });
    let taken = taken.await.unwrap();
    assert!(taken < 16 << 20, "the whole response waited: {taken} bytes");
}

#[actix_web::test]
async fn a_request_in_hand_is_left_alone() {
    let received = response_to("GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert_eq!(received.statuses(), [200], "{}", received.text);
    assert!(received.closed_after.is_some_and(|after| after >= PERIOD * 4));
}

#[actix_web::test]
async fn a_connection_on_which_requests_end_stays() {
    use std::io::{Read, Write};
    let server = serve().trim_start_matches("http://").to_owned();
    let responses = web::block(move || {
        let mut stream = std::net::TcpStream::connect(server).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let ask = |_| {
            // Slow, but never so slow that a period passes without a request.
            std::thread::sleep(PERIOD / 2);
            stream.write_all(WHOLE.as_bytes()).unwrap();
            stream.read(&mut [0; 1024]).unwrap_or(0)
        };
        (0..8).map(ask).filter(|bytes| *bytes > 0).count()
    });
    assert_eq!(responses.await.unwrap(), 8);
}

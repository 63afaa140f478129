//! A client that sends what no browser would.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// What came over one connection.
pub struct Received {
    pub text: String,
    /// When it closed the connection; none: it did not.
    pub closed_after: Option<Duration>,
}

impl Received {
    pub fn statuses(&self) -> Vec<u16> {
        let responses = self.text.split("HTTP/1.1 ").skip(1);
        responses.map(|response| response[..3].parse().unwrap()).collect()
    }

    pub fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }
}

/// Sends these bytes and reads until the server closes or sends nothing for `within`.
pub async fn send(url: &str, sent: impl AsRef<[u8]>, within: Duration) -> Received {
    let server = url.trim_start_matches("http://").to_owned();
    let sent = sent.as_ref().to_vec();
    actix_web::web::block(move || talk(&server, &sent, within))
        .await
        .unwrap()
}

/// A GET with header lines of any bytes, after which the server is to close.
pub async fn get(url: &str, path: &str, lines: &[&[u8]]) -> Received {
    let mut sent =
        format!("GET {path} HTTP/1.1\r\nhost: a\r\nuser-agent: MicroMessenger\r\nconnection: close\r\n").into_bytes();
    for line in lines {
        sent.extend_from_slice(line);
        sent.extend_from_slice(b"\r\n");
    }
    sent.extend_from_slice(b"\r\n");
    send(url, sent, Duration::from_secs(20)).await
}

fn talk(server: &str, sent: &[u8], within: Duration) -> Received {
    let mut stream = TcpStream::connect(server).unwrap();
    stream.set_read_timeout(Some(within)).unwrap();
    let begun = Instant::now();
    // The server may close before everything is sent.
    let _ = stream.write_all(sent);
    let mut received = Vec::new();
    let closed_after = match stream.read_to_end(&mut received) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => None,
        _ => Some(begun.elapsed()),
    };
    Received {
        text: String::from_utf8_lossy(&received).into_owned(),
        closed_after,
    }
}

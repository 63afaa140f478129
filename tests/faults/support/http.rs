//! HTTP/1.1 as a balancer speaks it to the replicas: connections that are kept, and the way in which one broke.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, SocketAddr},
    sync::Mutex,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::locked;

/// Longer than anything may wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// A kept connection that ends this soon after a request was closed before the request was sent.
const STALE: Duration = Duration::from_millis(30);

/// One server, and the connections to it that are idle.
pub struct Upstream {
    endpoint: SocketAddr,
    idle: Mutex<Vec<TcpStream>>,
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

/// Why there is no response.
#[derive(Debug)]
pub enum Broken {
    /// Nobody listens.
    Refused,
    /// The connection ended before the response did.
    Closed,
    /// The server closed the connection without having read the request.
    Unread,
    /// Nothing came in half a minute.
    Late,
    /// Not the HTTP that a server of ours sends.
    Garbled(String),
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let of_name = self
            .headers
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        of_name.map(|(_, value)| value.as_str())
    }
}

impl Upstream {
    pub fn new(port: u16) -> Self {
        Self {
            endpoint: (Ipv4Addr::LOCALHOST, port).into(),
            idle: Mutex::default(),
        }
    }

    /// Sends a request; `headers` are whole lines.
    pub async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Result<Response, Broken> {
        let length = body.len();
        let endpoint = self.endpoint;
        let text =
            format!("{method} {path} HTTP/1.1\r\nHost: {endpoint}\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
        match timeout(PATIENCE, self.exchange(text.as_bytes())).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Broken::Late),
        }
    }

    async fn exchange(&self, request: &[u8]) -> Result<Response, Broken> {
        let kept = self.kept();
        let sent_on_kept = kept.is_some().then(Instant::now);
        let mut stream = match kept {
            Some(stream) => stream,
            None => TcpStream::connect(self.endpoint).await.map_err(|_| Broken::Refused)?,
        };
        let mut bytes = Vec::with_capacity(4096);
        let response = match talk(&mut stream, request, &mut bytes).await {
            Ok(response) => response?,
            Err(_) if !bytes.is_empty() => return Err(Broken::Closed),
            // The kernel resets a connection that is closed with something unread.
            Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(Broken::Unread),
            Err(_) if sent_on_kept.is_some_and(|sent| sent.elapsed() < STALE) => return Err(Broken::Unread),
            Err(_) => return Err(Broken::Closed),
        };
        if response
            .header("connection")
            .is_none_or(|word| !word.eq_ignore_ascii_case("close"))
        {
            locked(&self.idle).push(stream);
        }
        Ok(response)
    }

    /// A kept connection that the server has not closed.
    fn kept(&self) -> Option<TcpStream> {
        let is_open = |stream: &TcpStream| {
            let read = stream.try_read(&mut [0]);
            read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
        };
        let mut idle = locked(&self.idle);
        std::iter::from_fn(|| idle.pop()).find(is_open)
    }
}

/// Sends the request and reads the response, unless the connection ends first.
async fn talk(stream: &mut TcpStream, request: &[u8], bytes: &mut Vec<u8>) -> io::Result<Result<Response, Broken>> {
    stream.write_all(request).await?;
    loop {
        match parse(bytes) {
            Ok(None) if stream.read_buf(bytes).await? == 0 => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(None) => {}
            Ok(Some(response)) => return Ok(Ok(response)),
            Err(broken) => return Ok(Err(broken)),
        }
    }
}

/// The response, once it is complete.
fn parse(bytes: &[u8]) -> Result<Option<Response>, Broken> {
    let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else {
        return Ok(None);
    };
    let garbled = |what: &str| Broken::Garbled(what.to_owned());
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| garbled("the head is no text"))?;
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = match length {
        Some((_, length)) => length.parse().map_err(|_| garbled("content-length"))?,
        None if status == Some(204) => 0,
        None => return Err(garbled("a response without content-length")),
    };
    let Some(body) = bytes.get(end + 4..end + 4 + length) else {
        return Ok(None);
    };
    Ok(Some(Response {
        status: status.ok_or_else(|| garbled("no status"))?,
        headers,
        body: String::from_utf8_lossy(body).into_owned(),
    }))
}

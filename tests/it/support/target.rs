//! A system of the operator's, to which pushes are passed on.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::eventually_some;

/// A request that came.
#[derive(Debug, Clone)]
pub struct TargetRequest {
    /// The path with the query.
    pub path: String,
    /// With names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl TargetRequest {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The field of the push.
    pub fn field(&self, name: &str) -> String {
        self.json()["message"][name].as_str().unwrap_or_default().to_owned()
    }
}

pub struct Target {
    pub url: String,
    requests: Arc<Mutex<Vec<TargetRequest>>>,
}

type Respond = dyn Fn(&TargetRequest) -> Vec<u8> + Send + Sync;

impl Target {
    /// Answers with what `respond` returns, and closes the connection. It may block.
    pub fn start(respond: impl Fn(&TargetRequest) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (respond, requests): (Arc<Respond>, Arc<Mutex<Vec<_>>>) = (Arc::new(respond), Arc::default());
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, respond, kept) = (stream.unwrap(), Arc::clone(&respond), Arc::clone(&kept));
                thread::spawn(move || serve(stream, &*respond, &kept));
            }
        });
        Self { url, requests }
    }

    /// Takes everything.
    pub fn taking() -> Self {
        Self::start(|_| status(204))
    }

    pub fn requests(&self) -> Vec<TargetRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// The request that `is_it` accepts, as soon as it came.
    pub async fn request(&self, is_it: impl Fn(&TargetRequest) -> bool) -> TargetRequest {
        eventually_some("a request to the target", async || {
            self.requests().into_iter().find(&is_it)
        })
        .await
    }
}

/// A response without a body.
pub fn status(status: u16) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

fn serve(mut stream: TcpStream, respond: &Respond, kept: &Mutex<Vec<TargetRequest>>) {
    let Some(request) = read_request(&mut stream) else {
        return;
    };
    kept.lock().unwrap().push(request.clone());
    // The client may have closed already.
    let _ = stream.write_all(&respond(&request));
    let _ = stream.flush();
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
    let _ = stream.read(&mut [0; 1]);
}

fn read_request(stream: &mut TcpStream) -> Option<TargetRequest> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        // A client that connects and sends nothing wants nothing.
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    Some(TargetRequest { path, headers, body })
}

//! A platform that sends bytes of the test's own, which the sandbox never would.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// Responds to a request for a path, with the head.
type Respond = dyn Fn(&str, &mut TcpStream) + Send + Sync;

pub struct CannedPlatform {
    pub url: String,
}

impl CannedPlatform {
    /// Sends each request what `respond` returns for its path, and closes the connection.
    pub fn start(respond: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        // The client may close before everything is sent.
        Self::serve(move |path, stream| drop(stream.write_all(&respond(path))))
    }

    /// Leaves each request to `respond`; the connection is closed when that returns.
    pub fn serve(respond: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let respond: Arc<Respond> = Arc::new(respond);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, respond) = (stream.unwrap(), Arc::clone(&respond));
                thread::spawn(move || read_request(stream, &*respond));
            }
        });
        Self { url }
    }

    /// A platform whose exchange and profile are these bodies.
    pub fn telling(grant: &[u8], profile: &[u8]) -> Self {
        let (grant, profile) = (counted(grant), counted(profile));
        Self::start(move |path| {
            match path {
                "/sns/oauth2/access_token" => &grant,
                "/sns/userinfo" => &profile,
                other => panic!("{other} was asked for"),
            }
            .clone()
        })
    }
}

/// A body with its length, in the platform's own content type.
pub fn counted(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn read_request(mut stream: TcpStream, respond: &Respond) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        // A client that connects and sends nothing wants nothing.
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let target = head.split(' ').nth(1).unwrap();
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    respond(path, &mut stream);
}

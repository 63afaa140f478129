//! A platform that remembers what it was sent, byte for byte, and answers with bytes of the test's own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A call as it came.
#[derive(Clone, Default)]
pub struct Call {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the body came to its marked end.
    pub is_whole: bool,
}

impl Call {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn path(&self) -> &str {
        let target = self.line.split(' ').nth(1).unwrap_or_default();
        target.split('?').next().unwrap_or_default()
    }

    /// Everything but the body.
    pub fn text(&self) -> String {
        format!("{}\n{:?}", self.line, self.headers)
    }
}

pub struct RecordingPlatform {
    pub url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// What it answers: for a call, and how many to its path there were before.
type Answering = dyn Fn(&Call, usize) -> Vec<u8> + Send + Sync;
/// Does with a connection what it likes, once the head is read.
type Serving = dyn Fn(&Call, BufReader<TcpStream>) + Send + Sync;

impl RecordingPlatform {
    /// Reads every call to its end, and answers. Tokens it issues by itself: `account-token-1` and so on.
    pub fn start(answer: impl Fn(&Call, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::listen(Some(Arc::new(answer)), None)
    }

    /// Leaves every call but those for tokens to `serve`, as soon as its head is read.
    pub fn serving(serve: impl Fn(&Call, BufReader<TcpStream>) + Send + Sync + 'static) -> Self {
        Self::listen(None, Some(Arc::new(serve)))
    }

    pub fn calls(&self, path: &str) -> Vec<Call> {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|call| call.path() == path).cloned().collect()
    }

    /// Every call but those for tokens.
    pub fn all(&self) -> Vec<Call> {
        let calls = self.calls.lock().unwrap();
        calls
            .iter()
            .filter(|call| call.path() != "/cgi-bin/stable_token")
            .cloned()
            .collect()
    }

    fn listen(answer: Option<Arc<Answering>>, serve: Option<Arc<Serving>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, answer, serve, calls) =
                    (stream.unwrap(), answer.clone(), serve.clone(), Arc::clone(&seen));
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    let Some(mut call) = read_head(&mut reader) else { return };
                    if call.path() == "/cgi-bin/stable_token" {
                        read_body(&mut call, &mut reader);
                        let number = note(&calls, call) + 1;
                        let token = format!(r#"{{"access_token":"account-token-{number}","expires_in":7200}}"#);
                        let _ = reader.get_mut().write_all(&json_answer(&token));
                    } else if let Some(serve) = serve {
                        note(&calls, call.clone());
                        serve(&call, reader);
                    } else if let Some(answer) = answer {
                        read_body(&mut call, &mut reader);
                        let before = note(&calls, call.clone());
                        let _ = reader.get_mut().write_all(&answer(&call, before));
                    }
                });
            }
        });
        Self { url, calls }
    }
}

fn note(calls: &Mutex<Vec<Call>>, call: Call) -> usize {
    let mut calls = calls.lock().unwrap();
    let before = calls.iter().filter(|other| other.path() == call.path()).count();
    calls.push(call);
    before
}

/// A JSON body with its length, in the platform's own content type.
pub fn json_answer(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json; encoding=utf-8\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn read_head(reader: &mut BufReader<TcpStream>) -> Option<Call> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut lines = lines.into_iter();
    let line = lines.next()?;
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    });
    Some(Call {
        line,
        headers: headers.collect(),
        ..Call::default()
    })
}

pub fn read_body(call: &mut Call, reader: &mut BufReader<TcpStream>) {
    if call.header("transfer-encoding").is_some() {
        call.is_whole = read_chunks(&mut call.body, reader).is_some();
        return;
    }
    let length = call
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let read = reader.take(length).read_to_end(&mut call.body).unwrap_or(0);
    call.is_whole = u64::try_from(read).unwrap() == length;
}

fn read_chunks(body: &mut Vec<u8>, reader: &mut BufReader<TcpStream>) -> Option<()> {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let length = u64::from_str_radix(line.trim(), 16).ok()?;
        let before = body.len();
        reader.take(length).read_to_end(body).ok()?;
        let mut end = [0; 2];
        reader.read_exact(&mut end).ok()?;
        if u64::try_from(body.len() - before).ok()? != length {
            return None;
        }
        if length == 0 {
            return Some(());
        }
    }
}

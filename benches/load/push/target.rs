//! A target of forwards, with as little work of its own as can be. It can hang: then it reads and answers nothing.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use super::sender::number;

/// What the target of answers says.
const REPLY: &str = r#"{"text":"我们九点开门，欢迎光临。"}"#;

#[derive(Default)]
pub struct Target {
    pub hangs: AtomicBool,
    arrivals: Mutex<Vec<(u64, Instant)>>,
}

impl Target {
    /// Listens until the process ends.
    pub fn listen(address: SocketAddr, answers: bool) -> Arc<Self> {
        let target = Arc::new(Self::default());
        let listener = TcpListener::bind(address).expect("a free port");
        let own = Arc::clone(&target);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let target = Arc::clone(&own);
                thread::spawn(move || target.serve(stream, answers));
            }
        });
        target
    }

    /// What arrived since this was asked for the last time: the messages' numbers and when.
    pub fn arrived(&self) -> Vec<(u64, Instant)> {
        std::mem::take(&mut *self.arrivals.lock().expect("no thread panicked"))
    }

    /// Ends when the client closes the connection.
    fn serve(&self, stream: TcpStream, answers: bool) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut stream = BufReader::new(stream);
        loop {
            let body = read_request(&mut stream)?;
            let now = Instant::now();
            while self.hangs.load(Relaxed) {
                thread::sleep(Duration::from_millis(20));
            }
            if let Some(number) = number(&body) {
                self.arrivals.lock().expect("no thread panicked").push((number, now));
            }
            let response = match answers {
                true => format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{REPLY}",
                    REPLY.len()
                ),
                false => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
            };
            stream.get_mut().write_all(response.as_bytes())?;
        }
    }
}

fn read_request(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().map_err(|_| io::ErrorKind::InvalidData)?;
            }
            Some(_) => {}
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    String::from_utf8(body).map_err(|_| io::ErrorKind::InvalidData.into())
}

//! A real server that speaks S3, behind a door that can make it slow or shut it off.
//!
//! `FANPASS_TEST_S3_SERVER` names the program `moto_server`.

use std::{
    env,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use super::{TestAppBuilder, eventually};

/// What the bucket does instead of what it should.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// Connections are closed at once.
    Closed,
    /// Connections are taken, and nothing is answered.
    Hangs,
    /// Everything is answered with 403.
    Forbids,
    /// Each piece of an answer comes so late.
    Slow(Duration),
}

/// What the threads of the door share.
#[derive(Default)]
struct Door {
    fault: Option<Fault>,
    open: Vec<TcpStream>,
}

/// A bucket `photos` of its own.
pub struct Bucket {
    server: Child,
    server_port: u16,
    door_port: u16,
    door: Arc<Mutex<Door>>,
}

impl Bucket {
    /// None: there is no such program, and not everything has to be tested here.
    pub async fn start() -> Option<Self> {
        let Ok(program) = env::var("FANPASS_TEST_S3_SERVER") else {
            let must = env::var("FANPASS_TEST_ALL").as_deref() == Ok("1");
            assert!(
                !must,
                "buckets must be tested here, but FANPASS_TEST_S3_SERVER is missing"
            );
            eprintln!("SKIPPED a bucket: FANPASS_TEST_S3_SERVER is missing");
            return None;
        };
        let server_port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &server_port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let bucket = Self {
            server,
            server_port,
            door_port: listener.local_addr().unwrap().port(),
            door: Arc::default(),
        };
        eventually("the server of the bucket is there", async || {
            TcpStream::connect(("127.0.0.1", server_port)).is_ok()
        })
        .await;
        assert!(bucket.ask("PUT /photos").starts_with("HTTP/1.1 200"));
        let door = Arc::clone(&bucket.door);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (connection, door) = (connection.unwrap(), Arc::clone(&door));
                thread::spawn(move || pass(&connection, server_port, &door));
            }
        });
        Some(bucket)
    }

    /// Has an application keep its photos here.
    pub fn settings(&self, app: TestAppBuilder) -> TestAppBuilder {
        app.set("storage.url", "s3://photos/fans")
            .set("storage.endpoint", &format!("http://127.0.0.1:{}", self.door_port))
            .set("storage.timeout_ms", "2000")
            .env("AWS_ACCESS_KEY_ID", "made-up-key-id")
            .env("AWS_SECRET_ACCESS_KEY", "made-up")
    }

    /// From now on, also for connections that are open.
    pub fn set(&self, fault: Option<Fault>) {
        let mut door = self.door.lock().unwrap();
        door.fault = fault;
        for connection in door.open.drain(..) {
            connection.shutdown(Shutdown::Both).ok();
        }
    }

    /// How many objects have this in their keys.
    pub async fn objects(&self, part: &str) -> usize {
        let listed = self.ask("GET /photos?list-type=2");
        let keys = listed.split("<Key>").skip(1);
        keys.filter(|key| key.split('<').next().is_some_and(|key| key.contains(part)))
            .count()
    }

    /// One request without a signature, which that server takes.
    fn ask(&self, request: &str) -> String {
        let mut connection = TcpStream::connect(("127.0.0.1", self.server_port)).unwrap();
        let request =
            format!("{request} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        connection.read_to_string(&mut response).unwrap();
        response
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

fn pass(connection: &TcpStream, server_port: u16, door: &Mutex<Door>) {
    let fault = {
        let mut door = door.lock().unwrap();
        door.open.push(connection.try_clone().unwrap());
        door.fault
    };
    let delay = match fault {
        Some(Fault::Closed) => return connection.shutdown(Shutdown::Both).unwrap_or_default(),
        Some(Fault::Hangs) => return,
        Some(Fault::Forbids) => return forbid(connection),
        Some(Fault::Slow(delay)) => delay,
        None => Duration::ZERO,
    };
    let Ok(server) = TcpStream::connect(("127.0.0.1", server_port)) else {
        return;
    };
    thread::scope(|scope| {
        scope.spawn(|| copy(connection, &server, Duration::ZERO));
        copy(&server, connection, delay);
    });
}

fn copy(mut from: &TcpStream, mut to: &TcpStream, delay: Duration) {
    let mut piece = [0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        thread::sleep(delay);
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Both).ok();
    from.shutdown(Shutdown::Both).ok();
}

fn forbid(mut connection: &TcpStream) {
    let mut request = [0; 64 * 1024];
    let _length = connection.read(&mut request).unwrap_or_default();
    let response = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    connection.write_all(response.as_bytes()).ok();
    connection.shutdown(Shutdown::Both).ok();
}

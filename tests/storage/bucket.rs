//! The object storage on a bucket: a server that speaks S3, and servers that do not do what they should.
//!
//! `FANPASS_TEST_S3_SERVER` names the program `moto_server`. Without it the first is counted aloud as skipped.

use std::{
    env, fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use bytes::Bytes;
use fanpass::{
    domain::{Clock, Deadline, ObjectKey, PhotoId, PhotoSize, Random},
    settings::{S3Keys, StorageLocation, StorageSettings},
    storage::{Storage, StorageError},
};
use socket2::{Domain as SocketDomain, Socket, Type};
use tempfile::TempDir;

use crate::support::{app_id, eventually, skipped};

const KEY_ID: &str = "AKIAMADEUP0000000001";

fn storage(port: u16, timeout: Duration) -> Storage {
    let settings = StorageSettings {
        location: StorageLocation::Bucket {
            name: "photos".to_owned(),
            prefix: "fans/main".to_owned(),
        },
        endpoint: Some(format!("http://127.0.0.1:{port}").parse().unwrap()),
        region: "us-east-1".to_owned(),
        path_style: true,
        timeout,
        authorities: None,
    };
    let keys = S3Keys {
        id: KEY_ID.to_owned(),
        secret: "made-up".into(),
        session_token: None,
    };
    Storage::open(&settings, Some(&keys)).unwrap()
}

fn key() -> ObjectKey {
    ObjectKey::photo(PhotoId::generate(&Clock::system(), &Random::system()), PhotoSize::Large)
}

/// A server in memory, which ends with this.
struct Server(Child);

impl Server {
    async fn start(program: &str, port: u16) -> Self {
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self(child);
        let answers = async || TcpStream::connect(("127.0.0.1", port)).is_ok();
        assert!(eventually(Duration::from_secs(30), answers).await, "it does not start");
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// One request without a signature, which that server takes.
fn make_bucket(port: u16) {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let request = "PUT /photos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
}

#[tokio::test]
async fn a_bucket_takes_objects_returns_them_and_removes_them_and_survives_an_outage() {
    let Ok(program) = env::var("FANPASS_TEST_S3_SERVER") else {
        return skipped("a bucket", "FANPASS_TEST_S3_SERVER");
    };
    let port = free_port();
    let server = Server::start(&program, port).await;
    let storage = storage(port, Duration::from_secs(5));
    let objects = storage.of_account(&app_id());
    let without = storage.probe().await.unwrap_err();
    assert!(
        matches!(without, StorageError::Refused(_)),
        "there is no such bucket: {without}"
    );
    make_bucket(port);
    storage.probe().await.unwrap();
    storage.ping().await.unwrap();
    let (key, bytes) = (key(), Bytes::from(vec![7; 300_000]));
    assert_eq!(objects.get(&key).await, Ok(None));
    objects.put(&key, bytes.clone()).await.unwrap();
    assert_eq!(objects.get(&key).await, Ok(Some(bytes)));
    objects.remove(&key).await.unwrap();
    objects.remove(&key).await.unwrap();
    assert_eq!(objects.get(&key).await, Ok(None));

    drop(server);
    let down = objects.get(&key).await.unwrap_err();
    assert!(matches!(down, StorageError::Unavailable(_)), "{down}");
    let _server = Server::start(&program, port).await;
    make_bucket(port);
    storage.probe().await.unwrap();
}

#[tokio::test]
async fn a_bucket_that_hangs_is_left_alone_after_two_time_outs() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let storage = storage(silent.local_addr().unwrap().port(), Duration::from_millis(500));
    let objects = storage.of_account(&app_id());
    assert_eq!(objects.get(&key()).await, Err(StorageError::TimedOut));
    let is_left_alone = async || objects.get(&key()).await == Err(StorageError::CircuitOpen);
    assert!(eventually(Duration::from_secs(20), is_left_alone).await);
    let begun = Deadline::after(Duration::from_millis(400));
    assert_eq!(objects.put(&key(), Bytes::new()).await, Err(StorageError::CircuitOpen));
    assert!(!begun.has_passed(), "it is refused at once");
}

/// Connections to it are neither taken nor refused: the place where they wait is full.
#[tokio::test]
async fn a_bucket_that_no_connection_reaches_is_left_alone_too() {
    let full = Socket::new(SocketDomain::IPV4, Type::STREAM, None).unwrap();
    full.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let limit = Duration::from_millis(200);
    let mut waiting = Vec::new();
    while let Ok(connection) = TcpStream::connect_timeout(&address, limit) {
        waiting.push(connection);
    }
    // The operation ends before its own limit: each of three attempts to connect has two seconds.
    let storage = storage(address.port(), Duration::from_secs(10));
    let objects = storage.of_account(&app_id());
    let is_left_alone = async || {
        let refused = objects.get(&key()).await.unwrap_err();
        assert!(
            matches!(refused, StorageError::Unavailable(_) | StorageError::CircuitOpen),
            "{refused}"
        );
        refused == StorageError::CircuitOpen
    };
    assert!(eventually(Duration::from_secs(40), is_left_alone).await);
}

#[tokio::test]
async fn a_bucket_that_forbids_is_refused_and_its_answer_betrays_no_key() {
    let forbidding = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = forbidding.local_addr().unwrap().port();
    thread::spawn(move || {
        for connection in forbidding.incoming() {
            let mut connection = connection.unwrap();
            let mut request = [0; 4096];
            let _read = connection.read(&mut request).unwrap();
            let body =
                format!("<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>{KEY_ID}</AWSAccessKeyId></Error>");
            let length = body.len();
            let response =
                format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
            connection.write_all(response.as_bytes()).unwrap();
        }
    });
    let storage = storage(port, Duration::from_secs(5));
    let refused = storage.of_account(&app_id()).get(&key()).await.unwrap_err();
    assert!(matches!(refused, StorageError::Refused(_)), "{refused}");
    let text = refused.to_string();
    assert!(text.contains("InvalidAccessKeyId") && !text.contains(KEY_ID), "{text}");
}

/// A volume that is not mounted holds the fans' photos all the same.
#[tokio::test]
async fn nothing_is_said_of_objects_whose_folder_is_missing() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("objects");
    let objects = crate::photos::objects_in(&root);
    let key = key();
    let away = |outcome: &StorageError| matches!(outcome, StorageError::Unavailable(_));
    assert!(away(&objects.get(&key).await.unwrap_err()));
    assert!(away(&objects.remove(&key).await.unwrap_err()));
    assert!(!root.exists());
    objects.put(&key, Bytes::from_static(b"x")).await.unwrap();
    let moved = folder.path().join("elsewhere");
    fs::rename(&root, &moved).unwrap();
    assert!(away(&objects.remove(&key).await.unwrap_err()));
    fs::rename(&moved, &root).unwrap();
    objects.remove(&key).await.unwrap();
    assert_eq!(objects.get(&key).await, Ok(None));
}

#[tokio::test]
async fn a_folder_keeps_others_out_and_leaves_no_empty_folders() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("objects");
    let objects = crate::photos::objects_in(&root);
    let key = key();
    objects.put(&key, Bytes::from_static(b"x")).await.unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&root), 0o700);
    assert_eq!(mode(&root.join(app_id().as_str())), 0o700);
    objects.remove(&key).await.unwrap();
    let left: Vec<_> = fs::read_dir(&root).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

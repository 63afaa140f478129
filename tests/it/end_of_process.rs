//! How a process ends while a thread of its pool is inside the TLS library of libpq or libmariadb, as it is most of the
//! time where the database is down behind a balancer that is up.

use std::{
    env, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use tempfile::TempDir;

use crate::support::process::{Process, start};

/// Certificates that a client reads before its part of the TLS handshake: so many that it is still reading when it is asked
/// to stop.
const CERTIFICATES: usize = 600;

/// How many commands are run.
const COMMANDS: usize = 100;

/// What a client of MariaDB receives first: protocol 10, TLS among what the server can do, the rest made up.
#[cfg(feature = "mysql")]
const GREETING: &[u8] = b"\x4d\0\0\0\x0a10.11.0-x\0\x01\0\0\0abcdefgh\0\xdf\xff\x2d\x02\0\xbf\x81\x15\
                          \0\0\0\0\0\0\0\0\0\0abcdefghijkl\0mysql_native_password\0";

/// A server that offers TLS and then sends nothing more.
struct Server {
    address: String,
    folder: TempDir,
}

impl Server {
    fn start(offer: impl Fn(&mut TcpStream) + Send + Sync + Copy + 'static) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let one = folder.path().join("one.pem");
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=made-up"]);
        openssl.arg("-keyout").arg(folder.path().join("key.pem"));
        let made = openssl.arg("-out").arg(&one).stderr(Stdio::null()).status().unwrap();
        assert!(made.success());
        let many = fs::read_to_string(&one).unwrap().repeat(CERTIFICATES);
        fs::write(folder.path().join("many.pem"), many).unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    offer(&mut stream);
                    // Until the client hangs up.
                    stream.read_to_end(&mut Vec::new()).ok();
                });
            }
        });
        Self { address, folder }
    }

    fn certificates(&self) -> String {
        self.folder.path().join("many.pem").display().to_string()
    }
}

/// What a process needs to reach the database of `url`, and to give up soon.
fn variables(url: &str) -> [(&str, &str); 8] {
    [
        ("DATABASE_URL", url),
        ("FANPASS__DATABASE__MIGRATE_ON_START", "false"),
        ("FANPASS__DATABASE__POOL_TIMEOUT_MS", "100"),
        ("FANPASS__SERVER__PORT", "0"),
        ("FANPASS__OPS__PORT", "0"),
        ("FANPASS__SANDBOX__ENABLED", "false"),
        ("FANPASS__WECHAT__API_URL", "http://127.0.0.1:1/"),
        ("FANPASS__WECHAT__OPEN_URL", "http://127.0.0.1:1/"),
    ]
}

/// Starts `count` processes, eight at a time, and waits for their ends. Returns how those ended that did not end with
/// `code`.
fn end_all(count: usize, code: i32, begin: impl Fn() -> Process + Sync) -> Vec<String> {
    let begun = AtomicUsize::new(0);
    let end_some = || {
        let mut wrong = Vec::new();
        while begun.fetch_add(1, Ordering::Relaxed) < count {
            let (status, printed) = begin().end();
            if status.code() != Some(code) {
                wrong.push(format!("{status}: {printed:#?}"));
            }
        }
        wrong
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(end_some)).collect();
        all.into_iter().flat_map(|one| one.join().unwrap()).collect()
    })
}

/// Stops `count` processes as soon as they serve.
fn stop_all(url: &str, count: usize) -> Vec<String> {
    end_all(count, 0, || {
        let process = start(&["serve"], &variables(url), "ready after");
        process.signal("TERM");
        process
    })
}

/// No backend of the suite takes part, so that one of its runs is enough.
fn is_for_this_run() -> bool {
    env::var("FANPASS_TEST_BACKENDS").map_or(true, |chosen| chosen.contains("sqlite"))
}

fn ended_well(wrong: &[String]) {
    let (count, first) = (wrong.len(), wrong.first());
    assert_eq!(first, None, "{count} did not end well");
}

#[test]
fn serve_ends_with_0_while_a_thread_is_inside_the_tls_of_libpq() {
    if !is_for_this_run() {
        return;
    }
    let (_server, url) = postgres();
    ended_well(&stop_all(&url, 200));
}

/// The command gives up after 100 ms, while the thread is still inside the library.
#[test]
fn a_command_ends_with_1_while_a_thread_is_inside_the_tls_of_libpq() {
    if !is_for_this_run() {
        return;
    }
    let (_server, url) = postgres();
    let list = || Process::spawn(&["fans", "list"], &variables(&url));
    ended_well(&end_all(COMMANDS, 1, list));
}

fn postgres() -> (Server, String) {
    let server = Server::start(|stream| {
        stream.read_exact(&mut [0; 8]).ok();
        stream.write_all(b"S").ok();
    });
    let (address, certificates) = (&server.address, server.certificates());
    let url = format!("postgres://fan:made-up@{address}/fans?sslmode=verify-full&sslrootcert={certificates}");
    (server, url)
}

#[cfg(feature = "mysql")]
#[test]
fn serve_ends_with_0_while_a_thread_is_inside_the_tls_of_libmariadb() {
    if !is_for_this_run() {
        return;
    }
    let server = Server::start(|stream| {
        stream.write_all(GREETING).ok();
    });
    let (address, certificates) = (&server.address, server.certificates());
    let url = format!("mysql://fan:made-up@{address}/fans?ssl_mode=verify_identity&ssl_ca={certificates}");
    ended_well(&stop_all(&url, 60));
}

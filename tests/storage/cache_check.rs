//! The output of `fanpass check` for a Redis that cannot be used.

use std::{
    io::{Read as _, Write as _},
    process::Command,
    time::Duration,
};

use fanpass::{cache::CacheError, settings::CacheSettings};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::{
    cache_outages::Log,
    support::{
        cache_settings,
        certificates::certificates,
        odd_redis,
        private_redis::{PrivateRedis, open},
        processes::free_port,
    },
};

/// `fanpass check` with this Redis: whether it finds nothing wrong, and what it prints.
pub fn check(url: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanpass"));
    command.arg("check").current_dir(folder.path()).env_clear();
    let output = command.env("REDIS_URL", url).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

/// The missing rights that check names.
pub fn missing_rights(text: &str) -> Vec<String> {
    let (_, rights) = text.split_once("ACL SETUSER … ").unwrap();
    let rights = rights.lines().next().unwrap();
    rights.split_whitespace().map(str::to_owned).collect()
}

/// The one line about the cache, which must be a fault that repeats nothing of the URL.
fn fault(url: &str) -> String {
    let (is_well, text) = check(url);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(" cache: ")).collect();
    assert!(!is_well && lines.len() == 1 && lines[0].starts_with("FAULT"), "{text}");
    assert!(!text.contains("made-up"), "{text}");
    lines[0].to_owned()
}

/// That the log of a process that serves gives the same cause.
async fn is_logged_alike(url: &str, cause: &str) {
    let log = Log::default();
    let _listening = log.listen();
    let settings = CacheSettings {
        timeout: Duration::from_secs(2),
        ..cache_settings()
    };
    let get = open(url, &settings).get("a").await;
    assert!(matches!(get, Err(CacheError::Unavailable)), "{get:?}");
    let lines = log.lines();
    assert!(lines.len() == 1 && lines[0].contains(cause), "{cause}: {lines:#?}");
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_one_are_distinguished() {
    let options = ["requirepass made-up", "user fan on >made-up-too ~* +@all"];
    let Some(mut server) = PrivateRedis::with("a Redis with passwords", &options) else {
        return;
    };
    server.start();
    let host = format!("127.0.0.1:{}", server.port);
    let wrong = "does not accept the user or the password";
    let none = "wants a password, and REDIS_URL holds none";
    for (login, path, cause) in [
        (":made-up-wrong@", "", wrong),
        (":made-up-wrong@", "/3", wrong),
        ("fan:made-up@", "", wrong),
        ("nobody:made-up@", "", wrong),
        ("", "", none),
        ("", "/3", none),
    ] {
        let url = format!("redis://{login}{host}{path}");
        assert!(fault(&url).contains(cause), "{url}: {}", fault(&url));
        is_logged_alike(&url, cause).await;
    }
    assert!(check(&format!("redis://:made-up@{host}/3")).0);
    let no_database = fault(&format!("redis://:made-up@{host}/99"));
    assert!(no_database.contains("no database of the number"), "{no_database}");
}

#[tokio::test]
async fn a_closed_port_a_silent_one_and_an_unknown_host_are_distinguished() {
    let Some(mut server) = PrivateRedis::new("a Redis that is not reached") else {
        return;
    };
    let closed = "nothing listens at the host and port";
    let text = fault(&server.url());
    assert!(text.contains(closed), "{text}");
    is_logged_alike(&server.url(), closed).await;

    let text = fault("redis://nowhere.invalid/");
    assert!(text.contains("has no address") && !text.contains("nowhere"), "{text}");

    server.start();
    server.freeze();
    let text = fault(&server.url());
    assert!(text.contains("gives no answer in time"), "{text}");
    server.thaw();
    assert!(check(&server.url()).0);
}

/// A port that sends these bytes on each connection and closes it. It ends with the test's runtime.
async fn answers(bytes: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut asked = [0; 4096];
            // The client may be gone.
            drop(client.read(&mut asked).await);
            drop(client.write_all(bytes).await);
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_servers_text_does_not_control_the_terminal() {
    let port = answers("-ERR \x1b[2Ja\u{9b}31m\u{202e}b\u{7}\r\n".as_bytes()).await;
    let text = fault(&format!("redis://127.0.0.1:{port}/"));
    assert!(text.contains("ERR") && text.contains('\u{fffd}'), "{text:?}");
    let steers = |character: char| character.is_control() || character == '\u{202e}';
    assert!(!text.chars().any(steers), "{text:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_hangs_up_is_not_reported_as_one_under_tls() {
    let text = fault(&format!("redis://:made-up@127.0.0.1:{}/", answers(b"").await));
    assert!(text.contains("closes the connection and answers nothing"), "{text}");
    assert!(text.contains("Redis runs behind it"), "{text}");
}

/// Becomes the only client, once Redis has noticed that the earlier ones are gone.
fn only_client(port: u16) -> std::net::TcpStream {
    loop {
        let mut client = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        let mut answer = [0; 7];
        let is_in = client.write_all(b"PING\r\n").is_ok() && client.read_exact(&mut answer).is_ok();
        if is_in && &answer == b"-NOAUTH" {
            return client;
        }
    }
}

#[tokio::test]
async fn a_redis_with_too_many_clients_is_not_reported_as_a_wrong_password() {
    let Some(mut server) = PrivateRedis::with("a full Redis", &["requirepass made-up", "maxclients 1"]) else {
        return;
    };
    server.start();
    let _only_client = only_client(server.port);
    let text = fault(&format!("redis://:made-up@127.0.0.1:{}", server.port));
    assert!(text.contains("max number of clients"), "{text}");
}

#[tokio::test]
async fn tls_and_its_absence_are_distinguished() {
    let Some(mut server) = PrivateRedis::with("a Redis under TLS", &["tls-auth-clients no", "requirepass made-up"])
    else {
        return;
    };
    certificates(server.folder(), "IP:127.0.0.1");
    let (folder, port) = (server.folder().display().to_string(), free_port());
    server.option(format!("tls-port {port}\ntls-cert-file {folder}/certificate.pem"));
    server.option(format!("tls-key-file {folder}/key.pem"));
    server.start();
    server.listens_at(port);
    let text = fault(&format!("rediss://:made-up@127.0.0.1:{}", server.port));
    assert!(
        text.contains("TLS is asked for") && text.contains("write redis instead of rediss"),
        "{text}"
    );
    let text = fault(&format!("redis://:made-up@127.0.0.1:{port}"));
    assert!(
        text.contains("not TLS") && text.contains("write rediss instead of redis"),
        "{text}"
    );
    let text = fault(&format!("rediss://:made-up@127.0.0.1:{port}"));
    assert!(
        text.contains("UnknownIssuer") && text.contains("cache.ca_file"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_of_redis_that_differs_by_more_than_half_a_minute_is_a_fault() {
    let Some(mut server) = PrivateRedis::new("a Redis whose clock is wrong") else {
        return;
    };
    server.start();
    let wrong = odd_redis::start(server.port, odd_redis::Oddity::Ahead(45)).await;
    let (is_well, text) = check(&format!("redis://127.0.0.1:{wrong}/"));
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("FAULT")).collect();
    assert!(!is_well && lines.len() == 1, "{text}");
    assert!(lines[0].contains("clock") && lines[0].contains("NTP"), "{text}");
    let near = odd_redis::start(server.port, odd_redis::Oddity::Ahead(20)).await;
    assert!(check(&format!("redis://127.0.0.1:{near}/")).0);

    // It is no fault if the user may not read the time.
    let user = "ACL SETUSER fan on >made-up ~fanpass:* +ping +get +set +del +eval";
    server.ask::<String>(&user.split(' ').collect::<Vec<_>>()).await;
    let (is_well, text) = check(&format!("redis://fan:made-up@127.0.0.1:{}/", server.port));
    assert!(is_well, "{text}");
}

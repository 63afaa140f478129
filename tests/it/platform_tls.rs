//! The platform over TLS: its certificate is checked before anything is sent, and each call has a connection of its own.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use fanpass::{
    clients::wechat::{PlatformError, TlsConfig, WeChatClient},
    domain::{AppId, AuthorizationCode, Deadline, OpenId},
};
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, pki_types::CertificateDer};
use secrecy::SecretString;
use url::Url;

use crate::support::{APP_ID, APP_SECRET, made_up_tls};

const BODY: &str = r#"{"access_token":"made-up","openid":"oMadeUp","errcode":0}"#;

/// More than the client reads of a response, in bytes.
const LONG: usize = 100_000;

/// A platform at https://localhost with a certificate of its own making.
struct SecurePlatform {
    url: Url,
    certificate: CertificateDer<'static>,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl SecurePlatform {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, certificate) = made_up_tls(folder.path(), "DNS:localhost");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, requests) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counts = (Arc::clone(&connections), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming() {
                counts.0.fetch_add(1, Ordering::SeqCst);
                let (config, requests) = (Arc::clone(&config), Arc::clone(&counts.1));
                thread::spawn(move || respond(stream.unwrap(), config, &requests, port));
            }
        });
        Self {
            url: Url::parse(&format!("https://localhost:{port}")).unwrap(),
            certificate,
            connections,
            requests,
        }
    }

    fn client(&self, tls: &TlsConfig) -> WeChatClient {
        let (app_id, secret) = (AppId::parse(APP_ID).unwrap(), SecretString::from(APP_SECRET));
        WeChatClient::new(tls, self.url.clone(), app_id, secret, Duration::from_secs(5))
    }
}

/// The response to an exchange has a length. That to a refresh is longer than what is read. That to a check has no length, and
/// the connection closes without an end of TLS.
fn respond(stream: TcpStream, config: Arc<ServerConfig>, requests: &AtomicUsize, port: u16) {
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    loop {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte).unwrap_or(0) == 0 {
                return;
            }
            head.push(byte[0]);
        }
        requests.fetch_add(1, Ordering::SeqCst);
        let head = String::from_utf8(head).unwrap().to_lowercase();
        assert!(head.contains(&format!("\r\nhost: localhost:{port}\r\n")), "{head}");
        if head.starts_with("get /sns/auth?") {
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{BODY}");
            return;
        }
        let padding = " ".repeat(if head.starts_with("get /sns/oauth2/refresh_token?") {
            LONG
        } else {
            0
        });
        let length = BODY.len() + padding.len();
        // The client may close before everything is sent.
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: {length}\r\n\r\n{BODY}{padding}"
        );
        let _ = stream.flush();
    }
}

#[actix_web::test]
async fn each_call_has_a_connection_of_its_own_also_after_a_response_that_was_not_read() {
    let platform = SecurePlatform::start();
    let mut roots = RootCertStore::empty();
    roots.add(platform.certificate.clone()).unwrap();
    let client = platform.client(&TlsConfig::with_roots(roots).unwrap());
    let code = AuthorizationCode::parse("made-up-code").unwrap();
    let (openid, token) = (OpenId::parse("oMadeUp").unwrap(), SecretString::from("made-up"));
    let soon = || Deadline::after(Duration::from_secs(5));
    let connections = || platform.connections.load(Ordering::SeqCst);
    for round in 0..2 {
        let grant = client.exchange(&code, soon()).await.unwrap();
        assert_eq!((grant.openid.as_str(), connections()), ("oMadeUp", 3 * round + 1));
        let unread = client.refresh(&openid, &token, soon()).await.unwrap_err();
        assert!(unread.to_string().contains("too long"), "{unread}");
        assert_eq!(connections(), 3 * round + 2);
        assert!(client.check(&openid, &token, soon()).await.unwrap());
        assert_eq!(connections(), 3 * round + 3);
    }
    assert_eq!(platform.requests.load(Ordering::SeqCst), 6);
}

#[actix_web::test]
async fn a_platform_whose_certificate_nobody_vouches_for_is_told_nothing() {
    let platform = SecurePlatform::start();
    let client = platform.client(&TlsConfig::with_mozilla_roots().unwrap());
    let code = AuthorizationCode::parse("made-up-code").unwrap();
    let deadline = Deadline::after(Duration::from_secs(5));
    let error = client.exchange(&code, deadline).await.unwrap_err();
    assert!(matches!(error, PlatformError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(!error.to_string().contains("made-up"), "{error}");
    assert_eq!(platform.requests.load(Ordering::SeqCst), 0);
}

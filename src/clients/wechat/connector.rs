use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use actix_service::Service;
use actix_tls::connect::{ConnectError, ConnectInfo, Connection, ConnectorService, rustls_0_23::TlsConnector};
use awc::{BoxedSocket, http::Uri};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use url::Url;

use super::close_delimited::CloseDelimited;

/// The most connections of one worker. awc counts them over all hosts.
const CONNECTIONS_PER_WORKER: usize = 512;

/// More than any call to an operator's system may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// TLS with the roots that the platform's certificate is checked against. Clones share it.
#[derive(Clone)]
pub struct TlsConfig(Arc<ClientConfig>);

impl TlsConfig {
    /// Mozilla's roots, TLS 1.2 and 1.3, HTTP/1.1 only.
    ///
    /// # Errors
    /// If the crypto library does not know these TLS versions.
    pub fn with_mozilla_roots() -> Result<Self, rustls::Error> {
        Self::with_roots(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }

    /// These roots, TLS 1.2 and 1.3, HTTP/1.1 only.
    ///
    /// # Errors
    /// If the crypto library does not know these TLS versions.
    pub fn with_roots(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

/// An HTTP client for the host of this URL. Its requests take URLs from [`unencrypted`]. Each worker has one for the
/// platform. It follows no redirect: the platform's API does not redirect, and a query with secrets must not go to
/// another host.
///
/// Every request sets `force_close`, so a connection serves one request. awc reuses a connection as soon as it takes a
/// response for complete. Bytes that arrive later would then be read as the response to the next request, which is
/// another fan's.
pub(in crate::clients) fn http_client(tls: &TlsConfig, url: &Url, timeout: Duration) -> awc::Client {
    let tls = (url.scheme() != "http").then_some(tls);
    build(tls, timeout)
}

/// A client for the operator's own systems, of which each call has a deadline of its own: with TLS, or without it. It follows
/// no redirect either, and its requests, too, set `force_close` and take URLs from [`unencrypted`].
pub(in crate::clients) fn client_with(tls: Option<&TlsConfig>) -> awc::Client {
    build(tls, CALL_TIMEOUT)
}

fn build(tls: Option<&TlsConfig>, timeout: Duration) -> awc::Client {
    let connector = PlatformConnector {
        tcp: ConnectorService::default(),
        tls: tls.map(|tls| Arc::clone(&tls.0)),
    };
    let connector = awc::Connector::new()
        .connector(connector)
        .timeout(timeout)
        .limit(CONNECTIONS_PER_WORKER);
    awc::Client::builder()
        .connector(connector)
        .timeout(timeout)
        .disable_redirects()
        .finish()
}

/// A URL for awc: `http` with the port of `https`. awc would put its own TLS around our connection, but
/// [`CloseDelimited`] must see the bytes inside. So [`PlatformConnector`] does TLS itself.
pub(in crate::clients) fn unencrypted(url: &Url) -> Url {
    let port = url.port_or_known_default();
    let mut unencrypted = url.clone();
    // Neither fails for an http or https URL.
    if unencrypted.set_scheme("http").is_ok() && unencrypted.set_port(port).is_ok() {
        return unencrypted;
    }
    url.clone()
}

/// Connects to the platform: over TLS unless its URL is `http`, which the settings allow on this host only.
#[derive(Clone)]
struct PlatformConnector {
    tcp: ConnectorService,
    tls: Option<Arc<ClientConfig>>,
}

type Connected = Result<Connection<Uri, CloseDelimited<BoxedSocket>>, ConnectError>;

impl Service<ConnectInfo<Uri>> for PlatformConnector {
    type Response = Connection<Uri, CloseDelimited<BoxedSocket>>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Connected>>>;

    fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&self, to: ConnectInfo<Uri>) -> Self::Future {
        let (connecting, tls) = (self.tcp.call(to), self.tls.clone());
        Box::pin(async move {
            let connection = connecting.await?;
            match tls {
                None => Ok(wrapped(connection)),
                Some(tls) => {
                    let secured = TlsConnector::service(tls).call(connection).await;
                    secured.map(wrapped).map_err(ConnectError::Io)
                }
            }
        })
    }
}

fn wrapped<Io>(connection: Connection<Uri, Io>) -> Connection<Uri, CloseDelimited<BoxedSocket>>
where
    Io: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (io, connection) = connection.replace_io(());
    let socket: BoxedSocket = Box::new(io);
    connection.replace_io(CloseDelimited::new(socket)).1
}

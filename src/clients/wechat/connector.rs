use std::{sync::Arc, time::Duration};

use rustls::{ClientConfig, RootCertStore};

/// Connections of one worker at most. awc counts them over all hosts.
const CONNECTIONS_PER_WORKER: usize = 512;

/// Idle connections are dropped before the platform drops them, so that an exchange, which must not be repeated, is not
/// sent into a closed connection.
const IDLE: Duration = Duration::from_secs(10);

/// The roots that the platform's certificate is checked against; shared by all workers.
#[derive(Clone)]
pub struct TlsConfig(Arc<ClientConfig>);

impl TlsConfig {
    /// Mozilla's roots, TLS 1.2 and 1.3, HTTP/1.1 only.
    ///
    /// # Errors
    /// If the crypto library does not know these TLS versions.
    pub fn with_mozilla_roots() -> Result<Self, rustls::Error> {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

/// The HTTP client of one worker. It follows no redirect: the platform's API does not redirect, and a query with
/// secrets must not travel on.
pub(in crate::clients) fn http_client(tls: &TlsConfig, timeout: Duration) -> awc::Client {
    let connector = awc::Connector::new()
        .rustls_0_23(Arc::clone(&tls.0))
        .timeout(timeout)
        .handshake_timeout(timeout)
        .conn_keep_alive(IDLE)
        .limit(CONNECTIONS_PER_WORKER);
    awc::Client::builder()
        .connector(connector)
        .timeout(timeout)
        .disable_redirects()
        .finish()
}

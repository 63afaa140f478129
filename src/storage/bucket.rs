use std::{sync::Arc, time::Duration};

use object_store::{
    BackoffConfig, ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    client::{HttpClient, HttpConnector},
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use secrecy::ExposeSecret;
use url::Url;

use super::StorageOpenError;
use crate::settings::{S3Keys, StorageSettings};

/// A server that does not take a connection within this time is away.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// A request that failed is repeated so often, within the time limit of the operation.
const REPEATS: usize = 2;

/// A client of a bucket.
pub fn open(settings: &StorageSettings, name: &str, keys: Option<&S3Keys>) -> Result<AmazonS3, StorageOpenError> {
    let keys = keys.ok_or(StorageOpenError::NoKeys)?;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(name)
        .with_region(&settings.region)
        .with_access_key_id(&keys.id)
        .with_secret_access_key(keys.secret.expose_secret())
        .with_virtual_hosted_style_request(!settings.path_style)
        // One request each: not every server knows the one for many.
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: REPEATS,
            retry_timeout: settings.timeout,
        })
        .with_http_connector(Connector(http_client(settings)?));
    if let Some(token) = &keys.session_token {
        builder = builder.with_token(token.expose_secret());
    }
    if let Some(endpoint) = &settings.endpoint {
        let is_plain = endpoint.scheme() == "http";
        builder = builder.with_allow_http(is_plain);
        builder = builder.with_endpoint(endpoint_of(endpoint, name, settings.path_style));
    }
    Ok(builder.build()?)
}

/// The library wants the bucket's name in the endpoint where it is to be in the host.
fn endpoint_of(endpoint: &Url, bucket: &str, path_style: bool) -> String {
    let text = endpoint.as_str().trim_end_matches('/');
    match text.split_once("://") {
        Some((scheme, host)) if !path_style => format!("{scheme}://{bucket}.{host}"),
        _ => text.to_owned(),
    }
}

/// Follows no redirect and uses no proxy: what is signed goes to the server of the settings.
fn http_client(settings: &StorageSettings) -> Result<reqwest::Client, StorageOpenError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(pem) = &settings.authorities {
        roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate?)?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        // The whole has its limit where it is called.
        .connect_timeout(CONNECT_TIMEOUT.min(settings.timeout));
    Ok(client.build()?)
}

/// Hands out the one client, whose TLS is ours.
#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_in_the_path_or_in_the_host() {
        let endpoint = Url::parse("https://s3.example.com:8443").unwrap();
        assert_eq!(endpoint_of(&endpoint, "photos", true), "https://s3.example.com:8443");
        assert_eq!(
            endpoint_of(&endpoint, "photos", false),
            "https://photos.s3.example.com:8443"
        );
    }
}

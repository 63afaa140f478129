//! A certificate that no authority vouches for.

use std::{fs, path::Path, process::Command, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// A server's TLS with a certificate for this name, which is made in `folder`.
pub fn made_up_tls(folder: &Path, name: &str) -> (Arc<ServerConfig>, CertificateDer<'static>) {
    make_certificate(folder, name);
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let certificate = CertificateDer::from_pem_slice(&read("certificate.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(&read("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    (Arc::new(config), certificate)
}

/// Makes `certificate.pem` and `key.pem` in `folder`, for a name such as `DNS:localhost`.
pub fn make_certificate(folder: &Path, name: &str) {
    let request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=made-up \
                   -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out certificate.pem -addext";
    let mut openssl = Command::new("openssl");
    openssl.current_dir(folder).args(request.split_whitespace());
    let made = openssl.arg(format!("subjectAltName={name}")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

//! A certificate that no authority vouches for.

use std::{path::Path, process::Command};

/// Makes `certificate.pem` and `key.pem` in `folder`, for a name such as `DNS:localhost`.
pub fn make_certificate(folder: &Path, name: &str) {
    let request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=made-up \
                   -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out certificate.pem -addext";
    let mut openssl = Command::new("openssl");
    openssl.current_dir(folder).args(request.split_whitespace());
    let made = openssl.arg(format!("subjectAltName={name}")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

use std::{fs, path::Path};

use rustls::pki_types::{CertificateDer, pem::PemObject};

use crate::settings::fault::FileViolation;

/// The content of a file of certificates.
pub fn authorities(directory: &Path, file: &str) -> Result<Vec<u8>, FileViolation> {
    let pem = fs::read(directory.join(file)).map_err(|error| FileViolation::UnreadableCertificates {
        file: file.to_owned(),
        error: error.to_string(),
    })?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(pem),
        _ => Err(FileViolation::NoCertificate { file: file.to_owned() }),
    }
}

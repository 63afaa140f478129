use std::io;

/// Why an operation of the object storage failed. The texts name no key and repeat no answer of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// There is no such object. Only inside the storage: outside it is no failure.
    #[error("there is no such object")]
    Missing,
    /// It did not answer within `storage.timeout_ms`.
    #[error("the object storage did not answer in time")]
    TimedOut,
    /// It did not answer a moment ago, and is left alone.
    #[error("the object storage did not answer to others a moment ago")]
    CircuitOpen,
    /// It does not take the keys, or the keys or the process lack a right, or there is no such bucket.
    #[error("the object storage refuses it: {0}")]
    Refused(String),
    /// It cannot be reached, or has no room.
    #[error("the object storage is not available: {0}")]
    Unavailable(String),
    /// This process stops.
    #[error("the process stops")]
    Stopped,
}

/// Why the object storage could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StorageOpenError {
    /// The bucket's client cannot be built.
    #[error("the client of the bucket: {0}")]
    Client(#[from] object_store::Error),
    /// Its TLS cannot be built.
    #[error("TLS towards the bucket: {0}")]
    Tls(#[from] rustls::Error),
    /// Its HTTP client cannot be built.
    #[error("the HTTP client of the bucket: {0}")]
    Http(#[from] reqwest::Error),
    /// The certificates of `storage.ca_file` cannot be read.
    #[error("storage.ca_file: {0}")]
    Authorities(#[from] rustls::pki_types::pem::Error),
    /// A bucket has no keys.
    #[error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing")]
    NoKeys,
    /// The system gives no thread.
    #[error("the thread of the storage: {0}")]
    Thread(#[from] io::Error),
}

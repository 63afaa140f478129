use std::io;

/// A `DATABASE_URL` that cannot be used. The text never repeats the URL.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The scheme is none of ours.
    #[error("DATABASE_URL must begin with one of {known}, not with {scheme:?}")]
    UnknownScheme {
        /// The text before the first colon.
        scheme: String,
        /// The schemes of all backends.
        known: &'static str,
    },
    /// The backend was left out of this build.
    #[error("this build has no {backend}: build with --features {feature}")]
    NotInThisBuild {
        /// The backend's name.
        backend: &'static str,
        /// The cargo feature that adds it.
        feature: &'static str,
    },
    /// The URL is not in its backend's format.
    #[error("DATABASE_URL {0}")]
    Malformed(&'static str),
    /// The server can be reached, but an operator must change it, or the way to it, before it can serve fans.
    #[error("{0}")]
    Unfit(String),
    /// The file of an SQLite database cannot be used.
    #[error("the SQLite database {path:?} cannot be opened")]
    Path {
        /// The file or its folder.
        path: String,
        /// The system's error.
        source: io::Error,
    },
}

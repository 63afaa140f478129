use super::{Endpoint, ErrorClass, classify};

/// Why a call to the platform gave no answer that can be used. No variant holds a URL: the platform puts secrets there.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PlatformError {
    /// The deadline passed.
    #[error("{endpoint}: no complete answer within the deadline")]
    Timeout {
        /// What was called.
        endpoint: Endpoint,
    },
    /// No connection, or a connection that broke before the answer was complete.
    #[error("{endpoint}: {cause}")]
    Unreachable {
        /// What was called.
        endpoint: Endpoint,
        /// What the HTTP client says.
        cause: String,
    },
    /// An answer that is not what the platform documents.
    #[error("{endpoint}: HTTP {status}, {fault}")]
    Garbage {
        /// What was called.
        endpoint: Endpoint,
        /// The status of the answer.
        status: u16,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// An error code of the platform.
    #[error("{endpoint}: errcode {errcode} ({errmsg})")]
    Refused {
        /// What was called.
        endpoint: Endpoint,
        /// The platform's number.
        errcode: i64,
        /// The platform's words, shortened.
        errmsg: String,
    },
}

impl PlatformError {
    /// What the error means for the caller.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Timeout { .. } => ErrorClass::Timeout,
            Self::Unreachable { .. } | Self::Garbage { .. } => ErrorClass::Garbage,
            Self::Refused { endpoint, errcode, .. } => classify(*endpoint, *errcode),
        }
    }
}

use super::{Endpoint, ErrorClass, classify};

/// Why a call to the platform gave no usable response. No variant holds a URL: the platform's URLs hold secrets.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PlatformError {
    /// The deadline passed before the response was complete.
    #[error("{endpoint}: no complete response within the deadline")]
    Timeout {
        /// The endpoint that was called.
        endpoint: Endpoint,
    },
    /// No connection, or a connection that broke before the response was complete.
    #[error("{endpoint}: {cause}")]
    Unreachable {
        /// The endpoint that was called.
        endpoint: Endpoint,
        /// The error of the HTTP client.
        cause: String,
    },
    /// What was to be sent could not be read, or had another length than announced. The platform has no part in it.
    #[error("{endpoint}: {cause}")]
    Unsent {
        /// The endpoint that was called.
        endpoint: Endpoint,
        /// What is wrong with it.
        cause: String,
    },
    /// A response that is not what the platform documents.
    #[error("{endpoint}: HTTP {status}, {fault}")]
    Garbage {
        /// The endpoint that was called.
        endpoint: Endpoint,
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// An error code of the platform.
    #[error("{endpoint}: errcode {errcode} ({errmsg})")]
    Refused {
        /// The endpoint that was called.
        endpoint: Endpoint,
        /// The platform's number.
        errcode: i64,
        /// The platform's words, shortened.
        errmsg: String,
    },
}

impl PlatformError {
    /// The endpoint that was called.
    pub const fn endpoint(&self) -> Endpoint {
        match self {
            Self::Timeout { endpoint }
            | Self::Unreachable { endpoint, .. }
            | Self::Unsent { endpoint, .. }
            | Self::Garbage { endpoint, .. }
            | Self::Refused { endpoint, .. } => *endpoint,
        }
    }

    /// The platform's number, if it sent one.
    pub const fn errcode(&self) -> Option<i64> {
        match self {
            Self::Refused { errcode, .. } => Some(*errcode),
            Self::Timeout { .. } | Self::Unreachable { .. } | Self::Unsent { .. } | Self::Garbage { .. } => None,
        }
    }

    /// What the error means for the caller.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Timeout { .. } => ErrorClass::Timeout,
            Self::Unreachable { .. } | Self::Unsent { .. } | Self::Garbage { .. } => ErrorClass::Garbage,
            Self::Refused { endpoint, errcode, .. } => classify(*endpoint, *errcode),
        }
    }
}

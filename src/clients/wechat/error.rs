use std::net::IpAddr;

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
    /// The fault of a response with the address of a video instead of a file.
    pub(super) const VIDEO: &'static str = "a video instead of a file";

    /// The fault of a response that is longer than what is read.
    pub(super) const TOO_LONG: &'static str = "the response is too long";

    /// Whether a response was longer than what is read.
    pub fn is_too_long(&self) -> bool {
        matches!(self, Self::Garbage { fault, .. } if *fault == Self::TOO_LONG)
    }

    /// Whether a file was asked for, and is a video.
    pub fn is_video(&self) -> bool {
        matches!(self, Self::Garbage { fault, .. } if *fault == Self::VIDEO)
    }

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

    /// The IP of this host as the platform saw it, which 40164 and 61004 name: `invalid ip 203.0.113.7 ipv6
    /// ::ffff:203.0.113.7, not in whitelist`.
    pub fn refused_ip(&self) -> Option<IpAddr> {
        let Self::Refused {
            errcode: 40164 | 61004,
            errmsg,
            ..
        } = self
        else {
            return None;
        };
        errmsg.split([' ', ',']).find_map(|word| word.parse().ok())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ip_that_the_platform_saw_is_named() {
        for (errcode, errmsg, ip) in [
            (
                40164,
                "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1",
                Some("203.0.113.7"),
            ),
            (40164, "invalid ip 2001:db8::1, not in whitelist", Some("2001:db8::1")),
            (
                61004,
                "access clientip is not registered, requestIP: 203.0.113.7",
                Some("203.0.113.7"),
            ),
            (40164, "invalid ip <script>, not in whitelist", None),
            (45009, "reach max api daily quota limit, 203.0.113.7", None),
        ] {
            let error = PlatformError::Refused {
                endpoint: Endpoint::StableToken,
                errcode,
                errmsg: errmsg.to_owned(),
            };
            assert_eq!(error.refused_ip().map(|ip| ip.to_string()).as_deref(), ip, "{errmsg}");
        }
    }
}

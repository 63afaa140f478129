use std::fmt;

use super::{ErrorClass, classify};

/// The platform's endpoints that we call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `sns/oauth2/access_token`: a code for a grant.
    Exchange,
    /// `sns/oauth2/refresh_token`: a refresh token for a new pair.
    Refresh,
    /// `sns/userinfo`: a fan's profile.
    UserInfo,
    /// `sns/auth`: whether a web token is still good.
    Check,
    /// `cgi-bin/stable_token`: the account's token in the mode that displaces none.
    StableToken,
}

impl Endpoint {
    /// The path under the API's base.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Exchange => "sns/oauth2/access_token",
            Self::Refresh => "sns/oauth2/refresh_token",
            Self::UserInfo => "sns/userinfo",
            Self::Check => "sns/auth",
            Self::StableToken => "cgi-bin/stable_token",
        }
    }

    /// Whether a request whose connection broke may be sent again. A code is good for one exchange only.
    pub(super) const fn may_be_repeated(self) -> bool {
        !matches!(self, Self::Exchange)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.path())
    }
}

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

use crate::clients::wechat::{ErrorClass, PlatformError};

/// Why there is no token, or why a call with one failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AccountTokenError {
    /// The platform refused, or did not respond.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The platform refused lately for a reason that lasts, or failed, and is not asked at present.
    #[error("the platform is not asked for {retry_after} s, because it failed before: {cause}")]
    Paused {
        /// Seconds until it is asked again.
        retry_after: u32,
        /// What happened.
        cause: PlatformError,
    },
}

/// What a failed call of the account means for who asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountTokenFailure {
    /// The platform refuses the account: the operator must act.
    Refused,
    /// The platform is not asked at present.
    Paused {
        /// Seconds until it is asked again.
        retry_after: u32,
    },
    /// The platform did not respond in time.
    Timeout,
    /// The platform is busy.
    Busy,
    /// Too many calls in this minute.
    TooFrequent,
    /// The daily quota is used up.
    QuotaSpent,
    /// The platform returned another error, or garbage.
    Platform,
}

impl AccountTokenError {
    /// What it means for who asked.
    pub fn failure(&self) -> AccountTokenFailure {
        let (Self::Platform(cause) | Self::Paused { cause, .. }) = self;
        match (self, cause.class()) {
            (_, ErrorClass::Configuration | ErrorClass::Permanent) => AccountTokenFailure::Refused,
            (Self::Paused { retry_after, .. }, _) => AccountTokenFailure::Paused {
                retry_after: *retry_after,
            },
            (_, ErrorClass::Timeout) => AccountTokenFailure::Timeout,
            (_, ErrorClass::Busy) => AccountTokenFailure::Busy,
            (_, ErrorClass::Frequency) => AccountTokenFailure::TooFrequent,
            (_, ErrorClass::Quota) => AccountTokenFailure::QuotaSpent,
            _ => AccountTokenFailure::Platform,
        }
    }
}

use serde::{Deserialize, Serialize};

use crate::{
    clients::wechat::{ErrorClass, PlatformError},
    services::ServiceError,
    telemetry::logins::FailureReason,
};

/// Why a login failed, as far as the fan and the response's status are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoginFailure {
    /// The platform does not accept the code, or it was spent elsewhere.
    CodeRefused,
    /// The operator must correct the account's settings.
    Configuration,
    /// The platform's response was not what it documents.
    Platform,
    /// No response of the platform in time.
    Timeout,
    /// The platform is busy.
    Busy,
    /// The platform refuses so many calls in a minute.
    TooFrequent,
    /// The platform's quota of the day is spent.
    QuotaSpent,
    /// Another request is spending the same code, and may still finish.
    UnderWay,
    /// Too many logins wait for the platform already. No code was spent: reloading tries again.
    Overloaded,
    /// The database is away. The grant is saved: reloading completes the login.
    Database,
    /// A fault of fanpass.
    Internal,
    /// A fault of fanpass or a lasting one of the database. The grant is saved: once the fault is corrected, reloading
    /// completes the login.
    Interrupted,
}

impl LoginFailure {
    /// The label in the metrics.
    pub const fn reason(self) -> FailureReason {
        match self {
            Self::CodeRefused => FailureReason::CodeRefused,
            Self::Configuration => FailureReason::Configuration,
            Self::Platform => FailureReason::Platform,
            Self::Timeout => FailureReason::Timeout,
            Self::Busy | Self::TooFrequent | Self::QuotaSpent => FailureReason::Busy,
            Self::UnderWay => FailureReason::UnderWay,
            Self::Overloaded => FailureReason::Overloaded,
            Self::Database => FailureReason::Database,
            Self::Internal | Self::Interrupted => FailureReason::Internal,
        }
    }

    /// Whether the same callback succeeds once the cause is gone. It does if the grant is saved or no code was spent.
    pub const fn is_fixed_by_reloading(self) -> bool {
        matches!(
            self,
            Self::Database | Self::Overloaded | Self::UnderWay | Self::Interrupted
        )
    }

    /// The failure of an exchange. This is the only call that can fail because of the code.
    pub fn of_exchange(error: &PlatformError) -> Self {
        match error.class() {
            ErrorClass::Reauthorize => Self::CodeRefused,
            _ => Self::of_profile(error),
        }
    }

    /// The failure of fetching a profile.
    pub fn of_profile(error: &PlatformError) -> Self {
        match error.class() {
            ErrorClass::Configuration | ErrorClass::Permanent => Self::Configuration,
            ErrorClass::Timeout => Self::Timeout,
            ErrorClass::Busy => Self::Busy,
            ErrorClass::Frequency => Self::TooFrequent,
            ErrorClass::Quota => Self::QuotaSpent,
            ErrorClass::Reauthorize
            | ErrorClass::TokenEnded
            | ErrorClass::NotFound
            | ErrorClass::Rejected
            | ErrorClass::Garbage => Self::Platform,
        }
    }

    /// The failure of looking up or storing a fan. The grant is saved.
    pub fn of_service(error: &ServiceError) -> Self {
        match error {
            ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown => Self::Database,
            ServiceError::Database(_) => Self::Interrupted,
        }
    }
}

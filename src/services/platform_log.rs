//! What the log says of the platform's failures.

use std::sync::Arc;

use crate::{
    clients::wechat::{ErrorClass, PlatformError},
    resilience::Outage,
};

/// Logs an outage of the platform when it begins and when it ends, for the whole process.
#[derive(Debug, Clone, Default)]
pub struct PlatformLog(Arc<Outage>);

impl PlatformLog {
    /// The platform did what was asked.
    pub fn answered(&self) {
        if let Some(failures) = self.0.ends() {
            tracing::info!(wechat.failures = failures, "the platform answers again");
        }
    }

    /// A call failed. What only an operator can mend is loud each time; what ends by itself is a warning once.
    pub fn failed(&self, error: &PlatformError) {
        match error.class() {
            ErrorClass::Configuration | ErrorClass::Permanent => tracing::error!(
                %error,
                "the platform refuses this account: check WECHAT_APP_ID, WECHAT_APP_SECRET and the account's IP list \
                 in the console; `fanpass check --online` tests them"
            ),
            ErrorClass::Reauthorize | ErrorClass::TokenEnded => tracing::info!(%error, "a code or a token was refused"),
            ErrorClass::Busy
            | ErrorClass::Quota
            | ErrorClass::Frequency
            | ErrorClass::Garbage
            | ErrorClass::Timeout => self.does_not_answer(error),
        }
    }

    fn does_not_answer(&self, error: &PlatformError) {
        if self.0.begins() {
            tracing::warn!(%error, "the platform does not answer as it should; further failures are no warnings");
        } else {
            tracing::info!(%error, "a call to the platform failed");
        }
    }
}

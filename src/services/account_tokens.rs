//! The account's token, and the JS-SDK ticket that hangs on it.

use secrecy::SecretString;

use crate::{
    clients::wechat::{ErrorClass, PlatformError, WeChatClient},
    domain::{Deadline, IssuedToken},
};

/// The tokens of one account, for one thread.
#[derive(Clone)]
pub struct AccountTokens {
    platform: WeChatClient,
}

/// Why there is no token, or why a call with one failed.
#[derive(Debug, thiserror::Error)]
pub enum AccountTokenError {
    /// The platform refused, or did not respond.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The platform refused lately for a reason that lasts, and is not asked at present.
    #[error("the platform is not asked for {retry_after} s, because it refused: {cause}")]
    Paused {
        /// Seconds until it is asked again.
        retry_after: u32,
        /// What it refused.
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
            (_, ErrorClass::Configuration) => AccountTokenFailure::Refused,
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

impl AccountTokens {
    /// Tokens that `platform` fetches.
    pub fn new(platform: WeChatClient) -> Self {
        Self { platform }
    }

    /// The account's token, good for at least the seconds that it says.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn access_token(&self, deadline: Deadline) -> Result<IssuedToken, AccountTokenError> {
        Ok(self.platform.account_token(deadline).await?)
    }

    /// The account's ticket for the JS-SDK.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn jsapi_ticket(&self, deadline: Deadline) -> Result<IssuedToken, AccountTokenError> {
        let fetch = async |token: SecretString| self.platform.jsapi_ticket(&token, deadline).await;
        self.call(deadline, fetch).await
    }

    /// A token other than `refused`, which the platform refused. If another has taken its place already, that one.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn replace(&self, _refused: &SecretString, deadline: Deadline) -> Result<IssuedToken, AccountTokenError> {
        self.access_token(deadline).await
    }

    /// Makes a call of the account. If the platform refuses the token, the call is made once more with another.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn call<T>(
        &self,
        deadline: Deadline,
        call: impl AsyncFn(SecretString) -> Result<T, PlatformError>,
    ) -> Result<T, AccountTokenError> {
        let token = self.access_token(deadline).await?.value;
        match call(token.clone()).await {
            Err(error) if error.class() == ErrorClass::TokenEnded => {
                let token = self.replace(&token, deadline).await?.value;
                Ok(call(token).await?)
            }
            result => Ok(result?),
        }
    }
}

//! QR codes with a parameter (带参数的二维码), for posters and tables.

use std::time::Duration;

use secrecy::SecretString;

use crate::{
    clients::wechat::WeChatClient,
    domain::{Clock, Deadline, QrLifetime, QrScene, Timestamp},
    services::account_tokens::{AccountTokenError, AccountTokens},
};

/// Makes QR codes.
pub struct QrCodes {
    /// Calls the platform.
    pub platform: WeChatClient,
    /// The account's token.
    pub tokens: AccountTokens,
    /// For the codes' ends.
    pub clock: Clock,
    /// How long one code may take.
    pub timeout: Duration,
}

/// A QR code that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// What stands in it.
    pub url: String,
    /// When it stops working. None: never.
    pub expires_at: Option<Timestamp>,
}

impl QrCodes {
    /// Makes a code.
    ///
    /// # Errors
    /// [`AccountTokenError`].
    pub async fn create(&self, scene: &QrScene, lifetime: QrLifetime) -> Result<QrCode, AccountTokenError> {
        let deadline = Deadline::after(self.timeout);
        let create = async |token: SecretString| self.platform.create_qr_code(&token, scene, lifetime, deadline).await;
        let issued = self.tokens.call(deadline, create).await?;
        let now = self.clock.now();
        Ok(QrCode {
            url: issued.url,
            expires_at: issued.expires_in.map(|seconds| now.plus_seconds(seconds.into())),
        })
    }
}

//! Signatures for WeChat's JS-SDK (JS接口签名): for pages of this site and of apps that have `jssdk = true`, and for no other.

mod page_url;
mod signature;
mod sites;

pub use self::{
    page_url::{PageUrl, PageUrlError},
    signature::signature,
    sites::JsSdkSites,
};
use crate::{
    domain::{AppId, Clock, Deadline, Random},
    services::account_tokens::{AccountTokenError, AccountTokens},
};
use secrecy::ExposeSecret;

/// Bytes of a nonce: 16 hexadecimal digits.
const NONCE_BYTES: usize = 8;

/// What a page gives to `wx.config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsSdkConfig {
    /// The account whose ticket signed.
    pub app_id: AppId,
    /// Seconds since 1970.
    pub timestamp: i64,
    /// What makes the signature another each time.
    pub nonce: String,
    /// 40 hexadecimal digits.
    pub signature: String,
}

/// Signs the URLs of pages, on one thread.
pub struct JsSdk {
    /// The account.
    pub app_id: AppId,
    /// Whose pages are signed for.
    pub sites: JsSdkSites,
    /// Has the ticket.
    pub tokens: AccountTokens,
    /// Dates signatures.
    pub clock: Clock,
    /// Makes nonces.
    pub random: Random,
}

impl JsSdk {
    /// A signature for a page. The platform is asked only if there is no ticket.
    ///
    /// # Errors
    /// [`AccountTokenError`] if there is none to be had.
    pub async fn sign(&self, page: &PageUrl, deadline: Deadline) -> Result<JsSdkConfig, AccountTokenError> {
        let ticket = self.tokens.jsapi_ticket(deadline).await?;
        let nonce = hex::encode(self.random.bytes::<NONCE_BYTES>());
        let timestamp = self.clock.now().unix_seconds();
        Ok(JsSdkConfig {
            signature: signature(ticket.value.expose_secret(), &nonce, timestamp, page.as_str()),
            app_id: self.app_id.clone(),
            timestamp,
            nonce,
        })
    }
}

use secrecy::{ExposeSecret, SecretString};

use crate::{
    clients::wechat::{Endpoint, Grant, PlatformError, Response, WeChatClient},
    domain::{Deadline, OpenId},
};

impl WeChatClient {
    /// A new pair for a refresh token (网页授权, step 3). It needs no secret. The refresh token that comes back may be
    /// a new one; keep that.
    ///
    /// # Errors
    /// [`PlatformError`]; of class `Reauthorize` if the fan must authorize again, `Garbage` if the pair that came back
    /// was issued to somebody else.
    pub async fn refresh(
        &self,
        openid: &OpenId,
        refresh_token: &SecretString,
        deadline: Deadline,
    ) -> Result<Grant, PlatformError> {
        let query = [
            ("appid", self.account.app_id.as_str()),
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
        ];
        let read = |response: &Response| response.renewed(openid, refresh_token);
        self.call(Endpoint::Refresh, &query, deadline, read).await
    }
}

impl Response {
    /// Reads the response to a refresh of this fan's grant; one without a refresh token keeps the one that was sent.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal, not what the platform documents, or another fan's.
    pub fn renewed(&self, openid: &OpenId, refresh_token: &SecretString) -> Result<Grant, PlatformError> {
        let mut grant = self.grant()?;
        if grant.openid != *openid {
            return Err(self.garbage("another fan's openid"));
        }
        if grant.refresh_token.expose_secret().is_empty() {
            grant.refresh_token = refresh_token.clone();
        }
        Ok(grant)
    }
}

use secrecy::{ExposeSecret, SecretString};
use serde::de::IgnoredAny;

use super::{Endpoint, ErrorClass, PlatformError, WeChatClient};
use crate::domain::{Deadline, OpenId};

impl WeChatClient {
    /// Whether a web token is still good for its openid (网页授权, 检验授权凭证).
    ///
    /// # Errors
    /// [`PlatformError`] if the platform did not say; that the token has ended or is not this fan's is an answer.
    pub async fn check(
        &self,
        openid: &OpenId,
        access_token: &SecretString,
        deadline: Deadline,
    ) -> Result<bool, PlatformError> {
        let query = [
            ("access_token", access_token.expose_secret()),
            ("openid", openid.as_str()),
        ];
        match self
            .call(Endpoint::Check, &query, deadline, |answer| {
                answer.strict::<IgnoredAny>()
            })
            .await
        {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.class(), ErrorClass::TokenEnded | ErrorClass::Reauthorize) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

use secrecy::{ExposeSecret, SecretString};

use crate::{
    clients::wechat::{Endpoint, PlatformError, Response, WeChatClient},
    domain::{Deadline, OpenId},
};

impl WeChatClient {
    /// Whether a fan follows the account (获取用户基本信息).
    ///
    /// # Errors
    /// [`PlatformError`]; of class `NotFound` if the account has no such fan, `Configuration` if it may not ask.
    pub async fn follows(
        &self,
        account_token: &SecretString,
        openid: &OpenId,
        deadline: Deadline,
    ) -> Result<bool, PlatformError> {
        let query = [
            ("access_token", account_token.expose_secret()),
            ("openid", openid.as_str()),
        ];
        self.call(Endpoint::Follower, &query, deadline, Response::subscribes)
            .await
    }
}

impl Response {
    /// Reads whether a fan follows the account.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal or does not say.
    pub fn subscribes(&self) -> Result<bool, PlatformError> {
        match self.fields()?.whole_number("subscribe") {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ => Err(self.garbage("no subscribe that is 0 or 1")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_that_does_not_say_whether_the_fan_follows_is_garbage() {
        let read = |body: &str| Response::new(Endpoint::Follower, 200, body.as_bytes().to_vec()).subscribes();
        assert!(read(r#"{"subscribe":1,"openid":"oMadeUp"}"#).unwrap());
        assert!(!read(r#"{"subscribe":"0"}"#).unwrap());
        for body in ["{}", r#"{"subscribe":2}"#, r#"{"subscribe":null}"#] {
            assert!(matches!(read(body), Err(PlatformError::Garbage { .. })), "{body}");
        }
    }
}

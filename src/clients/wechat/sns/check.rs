use secrecy::{ExposeSecret, SecretString};

use crate::{
    clients::wechat::{Endpoint, ErrorClass, PlatformError, Response, WeChatClient},
    domain::{Deadline, OpenId},
};

impl WeChatClient {
    /// Whether a web token is still valid for its openid (网页授权, 检验授权凭证).
    ///
    /// # Errors
    /// [`PlatformError`] if the platform did not say. An expired token, or one of another fan, is no error.
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
            .call(Endpoint::Check, &query, deadline, Response::confirmation)
            .await
        {
            Ok(()) => Ok(true),
            Err(error) if matches!(error.class(), ErrorClass::TokenEnded | ErrorClass::Reauthorize) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Response {
    /// Reads the response to a check: it must say errcode 0.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal or says nothing.
    pub fn confirmation(&self) -> Result<(), PlatformError> {
        match self.fields()?.errcode() {
            Ok(Some(0)) => Ok(()),
            _ => Err(self.garbage("no errcode")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_valid_only_if_the_platform_says_so() {
        let read = |body: &str| Response::new(Endpoint::Check, 200, body.as_bytes().to_vec()).confirmation();
        assert!(read(r#"{"errcode":0,"errmsg":"ok"}"#).is_ok());
        assert!(read(r#"{"errcode":" 0 ","errmsg":"o\u0000k"}"#).is_ok());
        for body in ["{}", r#"{"errcode":null}"#, r#"{"errcode":"many"}"#, ""] {
            assert!(matches!(read(body), Err(PlatformError::Garbage { .. })), "{body}");
        }
        assert!(matches!(
            read(r#"{"errcode":"40003"}"#),
            Err(PlatformError::Refused { errcode: 40003, .. })
        ));
    }
}

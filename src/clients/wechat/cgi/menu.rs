use secrecy::{ExposeSecret, SecretString};

use crate::{
    clients::wechat::{Endpoint, ErrorClass, PlatformError, Response, WeChatClient},
    domain::Deadline,
};

impl WeChatClient {
    /// Whether the account has a menu that was made over the API (获取自定义菜单配置).
    ///
    /// # Errors
    /// [`PlatformError`] if the platform did not say; of class `Configuration` if the account may not ask.
    pub async fn has_menu(&self, account_token: &SecretString, deadline: Deadline) -> Result<bool, PlatformError> {
        let query = [("access_token", account_token.expose_secret())];
        let read = |response: &Response| response.fields().map(drop);
        match self.call(Endpoint::Menu, &query, deadline, read).await {
            Ok(()) => Ok(true),
            Err(error) if error.class() == ErrorClass::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

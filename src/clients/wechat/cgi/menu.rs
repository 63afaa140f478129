use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

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

    /// The menu that was made over the API, and the conditional ones (获取自定义菜单配置).
    ///
    /// # Errors
    /// [`PlatformError`]; of class `NotFound` if there is none.
    pub async fn menu(&self, account_token: &SecretString, deadline: Deadline) -> Result<Value, PlatformError> {
        let query = [("access_token", account_token.expose_secret())];
        self.call(Endpoint::Menu, &query, deadline, Response::nested).await
    }

    /// The menu that fans see, also one that was made in the console (查询自定义菜单信息).
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn current_menu(&self, account_token: &SecretString, deadline: Deadline) -> Result<Value, PlatformError> {
        let query = [("access_token", account_token.expose_secret())];
        self.call(Endpoint::CurrentMenu, &query, deadline, Response::nested)
            .await
    }

    /// Replaces the menu (创建自定义菜单).
    ///
    /// # Errors
    /// [`PlatformError`] if it is not replaced, or nobody knows.
    pub async fn create_menu(
        &self,
        account_token: &SecretString,
        menu: &Value,
        deadline: Deadline,
    ) -> Result<(), PlatformError> {
        let query = [("access_token", account_token.expose_secret())];
        let read = |response: &Response| response.fields().map(drop);
        self.call_json(Endpoint::MenuCreate, &query, menu, deadline, read).await
    }

    /// Removes the menu and every conditional one (删除自定义菜单).
    ///
    /// # Errors
    /// [`PlatformError`] if it is not removed, or nobody knows.
    pub async fn delete_menu(&self, account_token: &SecretString, deadline: Deadline) -> Result<(), PlatformError> {
        let query = [("access_token", account_token.expose_secret())];
        let read = |response: &Response| response.fields().map(drop);
        self.call(Endpoint::MenuDelete, &query, deadline, read).await
    }
}

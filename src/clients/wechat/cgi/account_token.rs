use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::{
    clients::wechat::{Endpoint, PlatformError, Response, WeChatClient},
    domain::{AppId, Deadline, IssuedToken},
};

/// Longest token that is taken, in bytes. The platform says to expect 512.
const MAX_TOKEN: usize = 2048;

#[derive(Serialize)]
pub(super) struct Request<'a> {
    grant_type: &'static str,
    appid: &'a str,
    secret: &'a str,
    // Without it the platform was seen to return 41002. `true` would replace the token at once.
    force_refresh: bool,
}

impl<'a> Request<'a> {
    pub(super) fn new(app_id: &'a AppId, app_secret: &'a SecretString, force_refresh: bool) -> Self {
        Self {
            grant_type: "client_credential",
            appid: app_id.as_str(),
            secret: app_secret.expose_secret(),
            force_refresh,
        }
    }
}

impl WeChatClient {
    /// The account's token in the mode that displaces none (获取稳定版接口调用凭据). The platform returns the same one until
    /// five minutes before its end, and then a new one beside it.
    ///
    /// # Errors
    /// [`PlatformError`] if it refuses, or sends no token.
    pub async fn account_token(&self, deadline: Deadline) -> Result<IssuedToken, PlatformError> {
        self.fetch_account_token(false, deadline).await
    }

    /// Another token in place of the one in force, which is dead at once (`force_refresh`). The platform allows it 20 times a
    /// day, and not within 30 seconds.
    ///
    /// # Errors
    /// [`PlatformError`] if it refuses, or sends no token.
    pub async fn force_account_token(&self, deadline: Deadline) -> Result<IssuedToken, PlatformError> {
        self.fetch_account_token(true, deadline).await
    }

    async fn fetch_account_token(&self, is_forced: bool, deadline: Deadline) -> Result<IssuedToken, PlatformError> {
        let body = Request::new(&self.account.app_id, &self.account.app_secret, is_forced);
        let read = |response: &Response| response.issued("access_token");
        let endpoint = if is_forced {
            Endpoint::ForcedToken
        } else {
            Endpoint::StableToken
        };
        self.call_json(endpoint, &[], &body, deadline, read).await
    }

    /// The account's ticket, which signs pages for the JS-SDK (JS-SDK 使用权限签名算法).
    ///
    /// # Errors
    /// [`PlatformError`] if the platform refuses, or sends no ticket.
    pub async fn jsapi_ticket(
        &self,
        account_token: &SecretString,
        deadline: Deadline,
    ) -> Result<IssuedToken, PlatformError> {
        let query = [("access_token", account_token.expose_secret()), ("type", "jsapi")];
        let read = |response: &Response| response.issued("ticket");
        self.call(Endpoint::Ticket, &query, deadline, read).await
    }
}

impl Response {
    /// Reads the response to a call for a token or ticket, which is in the member `name`.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal, or holds no token or no time for which it is good.
    pub fn issued(&self, name: &str) -> Result<IssuedToken, PlatformError> {
        let fields = self.fields()?;
        let value = fields.id(name).filter(|token| token.len() <= MAX_TOKEN);
        let value = value.ok_or_else(|| self.garbage("no token that can be one"))?;
        let seconds = fields.whole_number("expires_in");
        let expires_in = seconds.and_then(|seconds| u32::try_from(seconds).ok());
        Ok(IssuedToken {
            value: value.into(),
            expires_in: expires_in.ok_or_else(|| self.garbage("no expires_in that can be one"))?,
        })
    }
}

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    clients::wechat::{Endpoint, PlatformError, Response, WeChatClient, fields::Fields},
    domain::Deadline,
};

#[derive(Serialize)]
struct Request<'a> {
    cgi_path: &'a str,
}

#[derive(Deserialize)]
struct Quota {
    quota: Fields,
}

impl WeChatClient {
    /// How often the account may call an endpoint in a day (查询 API 调用额度). It calls the endpoint itself not once.
    /// `path` has a slash at its start and no host, such as `/cgi-bin/qrcode/create`; `sns` has no quota to ask for.
    ///
    /// # Errors
    /// [`PlatformError`] if the platform did not say.
    pub async fn daily_limit(
        &self,
        account_token: &SecretString,
        path: &str,
        deadline: Deadline,
    ) -> Result<i64, PlatformError> {
        let query = [("access_token", account_token.expose_secret())];
        let body = Request { cgi_path: path };
        self.call_json(Endpoint::Quota, &query, &body, deadline, Response::daily_limit)
            .await
    }
}

impl Response {
    /// Reads the daily limit of an endpoint.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal or says no limit.
    pub fn daily_limit(&self) -> Result<i64, PlatformError> {
        let limit = self.nested::<Quota>()?.quota.whole_number("daily_limit");
        limit.ok_or_else(|| self.garbage("no daily_limit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_without_a_limit_is_garbage() {
        let read = |body: &str| Response::new(Endpoint::Quota, 200, body.as_bytes().to_vec()).daily_limit();
        let whole = r#"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":100000,"used":0,"remain":100000}}"#;
        assert_eq!(read(whole).unwrap(), 100_000);
        assert_eq!(read(r#"{"quota":{"daily_limit":"7"}}"#).unwrap(), 7);
        for body in [
            "{}",
            r#"{"daily_limit":7}"#,
            r#"{"quota":7}"#,
            r#"{"quota":{"used":0}}"#,
        ] {
            assert!(matches!(read(body), Err(PlatformError::Garbage { .. })), "{body}");
        }
        let refused = read(r#"{"errcode":76021,"errmsg":"cgi_path not found"}"#);
        assert!(matches!(refused, Err(PlatformError::Refused { errcode: 76021, .. })));
    }
}

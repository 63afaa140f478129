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

/// A quota of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyQuota {
    /// How many calls it allows.
    pub limit: i64,
    /// How many were made.
    pub used: i64,
}

impl WeChatClient {
    /// The quota of an endpoint, and how much of it is used. The path is as for [`Self::daily_limit`].
    ///
    /// # Errors
    /// [`PlatformError`] if the platform did not say.
    pub async fn daily_quota(
        &self,
        account_token: &SecretString,
        path: &str,
        deadline: Deadline,
    ) -> Result<DailyQuota, PlatformError> {
        let query = [("access_token", account_token.expose_secret())];
        let body = Request { cgi_path: path };
        self.call_json(Endpoint::Quota, &query, &body, deadline, Response::daily_quota)
            .await
    }

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
    /// Reads the quota of an endpoint.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal or says no limit or use.
    pub fn daily_quota(&self) -> Result<DailyQuota, PlatformError> {
        let quota = self.nested::<Quota>()?.quota;
        let number = |name| quota.whole_number(name).ok_or_else(|| self.garbage("half a quota"));
        let (limit, used) = (number("daily_limit")?, number("used")?);
        Ok(DailyQuota { limit, used })
    }

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
        let quota = |body: &str| Response::new(Endpoint::Quota, 200, body.as_bytes().to_vec()).daily_quota();
        let used = whole.replace("\"used\":0", "\"used\":7");
        let (limit, used) = (100_000, quota(&used).unwrap().used);
        assert_eq!(quota(whole).unwrap(), DailyQuota { limit, used: 0 });
        assert_eq!(used, 7);
        assert!(quota(r#"{"quota":{"daily_limit":7}}"#).is_err());
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

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Endpoint, PlatformError, WeChatClient, answer::Answer};
use crate::domain::{AuthorizationCode, Deadline, OpenId};

/// Longest token that is kept, in bytes. Those seen so far have less than 200; the platform asks to provide for 512.
const MAX_TOKEN: usize = 2048;

/// Longest unionid that is kept, in bytes. All seen so far have 28.
const MAX_UNIONID: usize = 64;

/// What a code or a refresh token was exchanged for.
#[derive(Clone)]
pub struct Grant {
    /// The fan that the tokens were issued to.
    pub openid: OpenId,
    /// The per-fan access token.
    pub access_token: SecretString,
    /// Seconds until the access token ends; 7200 as documented.
    pub expires_in: u32,
    /// The refresh token; empty if the platform gave none.
    pub refresh_token: SecretString,
    /// The fan across accounts, where the platform tells it.
    pub unionid: Option<String>,
    /// Whether this is a virtual identity of the snapshot page.
    pub is_snapshot: bool,
}

impl fmt::Debug for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Grant")
            .field("is_snapshot", &self.is_snapshot)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct GrantAnswer {
    access_token: SecretString,
    #[serde(default)]
    expires_in: Option<u32>,
    #[serde(default)]
    refresh_token: Option<SecretString>,
    openid: OpenId,
    #[serde(default)]
    unionid: Option<String>,
    #[serde(default)]
    is_snapshotuser: Option<serde_json::Value>,
}

impl WeChatClient {
    /// Spends a code (网页授权, step 2). Never sent twice but after -1, which spends nothing.
    ///
    /// # Errors
    /// [`PlatformError`]; of class `Reauthorize` if the code is invalid, expired or used.
    pub async fn exchange(&self, code: &AuthorizationCode, deadline: Deadline) -> Result<Grant, PlatformError> {
        let query = [
            ("appid", self.account.app_id.as_str()),
            ("secret", self.account.app_secret.expose_secret()),
            ("code", code.expose()),
            ("grant_type", "authorization_code"),
        ];
        self.call(Endpoint::Exchange, &query, deadline, Answer::grant).await
    }
}

impl Answer {
    /// Reads the answer to an exchange or a refresh.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal or not what the platform documents.
    pub fn grant(&self) -> Result<Grant, PlatformError> {
        let grant: GrantAnswer = self.strict()?;
        let refresh_token = grant.refresh_token.unwrap_or_default();
        if grant.access_token.expose_secret().is_empty() {
            return Err(self.garbage("an empty access_token"));
        }
        let lengths = [&grant.access_token, &refresh_token].map(|token| token.expose_secret().len());
        if lengths.into_iter().any(|length| length > MAX_TOKEN) {
            return Err(self.garbage("a token is too long"));
        }
        Ok(Grant {
            openid: grant.openid,
            access_token: grant.access_token,
            expires_in: grant.expires_in.unwrap_or(7200),
            refresh_token,
            unionid: grant.unionid.and_then(|unionid| kept_unionid(&unionid)),
            is_snapshot: grant.is_snapshotuser.is_some_and(|mark| says_yes(&mark)),
        })
    }
}

/// A unionid that can be one. An empty one is none; so is one that is too long, since a part of it could be somebody else's.
pub(super) fn kept_unionid(text: &str) -> Option<String> {
    (1..=MAX_UNIONID).contains(&text.len()).then(|| text.to_owned())
}

/// The mark is the number 1. Anything else that is not plainly "no" is taken for a snapshot too: a fan who is refused
/// can come again, a virtual fan who was stored cannot be taken back.
fn says_yes(mark: &serde_json::Value) -> bool {
    !matches!(mark, serde_json::Value::Null | serde_json::Value::Bool(false))
        && mark.as_i64() != Some(0)
        && mark.as_str().is_none_or(|text| !text.is_empty() && text != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Grant, PlatformError> {
        Answer::new(Endpoint::Exchange, 200, body.as_bytes().to_vec()).grant()
    }

    #[test]
    fn a_full_answer_is_read() {
        let grant = read(
            r#"{"access_token":"made-up-access","expires_in":7200,"refresh_token":"made-up-refresh",
                "openid":"oMadeUp","scope":"snsapi_userinfo","unionid":"uMadeUp"}"#,
        )
        .unwrap();
        assert_eq!(
            (grant.openid.as_str(), grant.unionid.as_deref()),
            ("oMadeUp", Some("uMadeUp"))
        );
        assert!(!grant.is_snapshot);
        assert!(!format!("{grant:?}").contains("made-up"));
    }

    #[test]
    fn what_the_newest_page_leaves_out_may_be_absent() {
        let grant = read(r#"{"access_token":"made-up","openid":"oMadeUp"}"#).unwrap();
        assert_eq!((grant.expires_in, grant.unionid), (7200, None));
    }

    #[test]
    fn an_answer_without_openid_or_token_is_garbage() {
        let without_openid = r#"{"access_token":"made-up"}"#;
        let odd_openid = r#"{"access_token":"made-up","openid":"o/../x"}"#;
        for body in [
            without_openid,
            odd_openid,
            r#"{"openid":"oMadeUp"}"#,
            r#"{"access_token":"","openid":"oMadeUp"}"#,
            &format!(
                r#"{{"access_token":"{}","openid":"oMadeUp"}}"#,
                "x".repeat(MAX_TOKEN + 1)
            ),
        ] {
            assert!(matches!(read(body), Err(PlatformError::Garbage { .. })), "{body}");
        }
    }

    #[test]
    fn a_snapshot_is_recognised_in_every_spelling() {
        for (mark, expected) in [
            ("1", true),
            ("true", true),
            ("\"1\"", true),
            ("0", false),
            ("null", false),
            ("\"0\"", false),
        ] {
            let body = format!(r#"{{"access_token":"made-up","openid":"oMadeUp","is_snapshotuser":{mark}}}"#);
            assert_eq!(read(&body).unwrap().is_snapshot, expected, "{mark}");
        }
    }
}

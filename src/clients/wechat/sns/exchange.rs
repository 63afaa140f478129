use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::{
    clients::wechat::{Endpoint, PlatformError, Response, WeChatClient, fields::Fields},
    domain::{AuthorizationCode, Deadline, OpenId},
};

/// Longest token that is kept, in bytes. Those seen so far are shorter than 200; the platform says to expect up to 512.
const MAX_TOKEN: usize = 2048;

/// Longest unionid that is kept, in bytes. All seen so far have 28.
const MAX_UNIONID: usize = 64;

/// The TTL of an access token, in seconds, if the platform sends none that can be read.
const DOCUMENTED_TTL_SECONDS: u32 = 7200;

/// What a code or a refresh token is exchanged for.
#[derive(Clone)]
pub struct Grant {
    /// The fan that the tokens were issued to.
    pub openid: OpenId,
    /// The per-fan access token.
    pub access_token: SecretString,
    /// Seconds until the access token expires; 7200 as documented.
    pub expires_in: u32,
    /// The refresh token; empty if the platform gave none.
    pub refresh_token: SecretString,
    /// The fan across accounts, if the platform sends it.
    pub unionid: Option<String>,
    /// Whether this is the virtual identity of a snapshot page.
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

impl WeChatClient {
    /// Spends a code (网页授权, step 2). It is sent twice only after -1, which spends nothing.
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
        self.call(Endpoint::Exchange, &query, deadline, Response::grant).await
    }
}

impl Response {
    /// Reads the response to an exchange or a refresh.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal or not what the platform documents.
    pub fn grant(&self) -> Result<Grant, PlatformError> {
        let fields = self.fields()?;
        let openid = fields.id("openid").and_then(|openid| OpenId::parse(&openid).ok());
        let openid = openid.ok_or_else(|| self.garbage("no openid that can be one"))?;
        let token = |name| fields.id(name).filter(|token| token.len() <= MAX_TOKEN);
        let access_token = token("access_token").ok_or_else(|| self.garbage("no access_token that can be one"))?;
        let expires_in = fields
            .whole_number("expires_in")
            .and_then(|seconds| seconds.try_into().ok());
        Ok(Grant {
            openid,
            access_token: access_token.into(),
            expires_in: expires_in.unwrap_or(DOCUMENTED_TTL_SECONDS),
            refresh_token: token("refresh_token").unwrap_or_default().into(),
            unionid: valid_unionid(&fields),
            is_snapshot: fields.is_truthy("is_snapshotuser"),
        })
    }
}

/// `None` if it is too long: a part of it could be another fan's.
pub(super) fn valid_unionid(fields: &Fields) -> Option<String> {
    fields.id("unionid").filter(|unionid| unionid.len() <= MAX_UNIONID)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Grant, PlatformError> {
        Response::new(Endpoint::Exchange, 200, body.as_bytes().to_vec()).grant()
    }

    #[test]
    fn a_complete_response_is_read() {
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
    fn a_response_without_openid_or_token_is_garbage() {
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
        for (flag, expected) in [
            ("1", true),
            ("true", true),
            ("\"1\"", true),
            ("\" 1 \"", true),
            ("1.0", true),
            ("[]", true),
            ("0", false),
            ("null", false),
            ("\"0\"", false),
        ] {
            let body = format!(r#"{{"access_token":"made-up","openid":"oMadeUp","is_snapshotuser":{flag}}}"#);
            assert_eq!(read(&body).unwrap().is_snapshot, expected, "{flag}");
        }
    }

    #[test]
    fn a_number_may_come_as_text_and_what_surrounds_an_id_is_trimmed() {
        for (seconds, expected) in [
            ("\"7100\"", 7100),
            ("\" 7100 \"", 7100),
            ("7100.0", 7100),
            ("\"7100.0\"", 7100),
            ("\"soon\"", 7200),
            ("-1", 7200),
            ("4294967296", 7200),
            ("null", 7200),
        ] {
            let grant = read(&format!(
                r#"{{"access_token":" made-up\n","expires_in":{seconds},"refresh_token":"made-up\u0000","errcode":"0",
                    "openid":"\u3000oMadeUp\t","scope":17,"unionid":" uMadeUp ","more":{{"deep":[{{}}]}}}}"#
            ))
            .unwrap();
            assert_eq!(grant.expires_in, expected, "{seconds}");
            assert_eq!(
                (grant.openid.as_str(), grant.unionid.as_deref()),
                ("oMadeUp", Some("uMadeUp"))
            );
            let tokens = [&grant.access_token, &grant.refresh_token];
            assert!(tokens.iter().all(|token| token.expose_secret() == "made-up"));
        }
    }

    #[test]
    fn broken_bytes_damage_their_own_field_only() {
        let response = |token: &[u8], openid: &[u8], other: &[u8]| {
            let parts = [
                b"{\"access_token\":\"".as_slice(),
                token,
                b"\",\"openid\":\"",
                openid,
                b"\",\"refresh_token\":\"",
                other,
                b"\",\"unionid\":\"",
                other,
                b"\",\"scope\":\"",
                other,
                b"\"}",
            ];
            Response::new(Endpoint::Exchange, 200, parts.concat()).grant()
        };
        for broken in [b"\xff".as_slice(), b"\xe5\xb0", b"\\ud83d", b"\x08", b"\\u0000"] {
            let inside = [b"o", broken, b"p"].concat();
            let grant = response(b"made-up", b"oMadeUp", &inside).unwrap();
            assert_eq!((grant.openid.as_str(), grant.unionid), ("oMadeUp", None));
            assert!(grant.refresh_token.expose_secret().is_empty());
            assert!(response(&inside, b"oMadeUp", b"").is_err(), "a token with {broken:?}");
            assert!(response(b"made-up", &inside, b"").is_err(), "an openid with {broken:?}");
        }
    }
}

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

use crate::clients::wechat::{Endpoint, PlatformError, Response};
use crate::{
    clients::fetch::{FetchError, Fetcher},
    domain::{AppId, Timestamp},
};

/// The platform's response to the account's own call.
#[derive(Debug, Clone)]
pub struct AccountProbe {
    /// Whether this host may call the server API for the account.
    pub outcome: Result<(), PlatformError>,
    /// The platform's time.
    pub date: Option<Timestamp>,
}

#[derive(Serialize)]
struct Request<'a> {
    grant_type: &'static str,
    appid: &'a str,
    secret: &'a str,
    // Left out, it was answered with 41002; true would displace the token at once.
    force_refresh: bool,
}

/// Asks for the account's stable token and drops it. It is the one call with the AppSecret alone that harms nobody: it
/// returns the token that is in force, and those of `cgi-bin/token` are kept apart from it. The list of IP addresses is asked
/// for here in any case; whether `sns/*` asks for it is not certain.
///
/// # Errors
/// [`FetchError`] if no response came.
pub async fn probe_account(
    fetcher: &Fetcher,
    api_url: &Url,
    app_id: &AppId,
    app_secret: &SecretString,
) -> Result<AccountProbe, FetchError> {
    let endpoint = Endpoint::StableToken;
    let mut url = api_url.clone();
    url.set_path(endpoint.path());
    let request = Request {
        grant_type: "client_credential",
        appid: app_id.as_str(),
        secret: app_secret.expose_secret(),
        force_refresh: false,
    };
    let fetched = fetcher.post_json(&url, &request).await?;
    let response = Response::new(endpoint, fetched.status, fetched.body);
    Ok(AccountProbe {
        outcome: response.holds_account_token(),
        date: fetched.date,
    })
}

impl Response {
    /// Reads the response to a call for the account's token, and drops the token.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal or holds no token.
    pub fn holds_account_token(&self) -> Result<(), PlatformError> {
        match self.fields()?.text("access_token") {
            token if token.is_empty() => Err(self.garbage("no access_token")),
            _ => Ok(()),
        }
    }
}

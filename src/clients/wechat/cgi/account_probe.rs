use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

use crate::{
    clients::{
        fetch::{FetchError, Fetcher},
        wechat::{Endpoint, PlatformError, Response},
    },
    domain::{AppId, Timestamp},
};

/// Longest token that is taken, in bytes. The platform says to expect 512.
const MAX_TOKEN: usize = 2048;

/// The platform's response to a call of the account itself.
#[derive(Debug, Clone)]
pub struct AccountProbe {
    /// The account's token, if this host may call the server API for the account.
    pub outcome: Result<SecretString, PlatformError>,
    /// The platform's time, if it was in the response.
    pub date: Option<Timestamp>,
}

#[derive(Serialize)]
struct Request<'a> {
    grant_type: &'static str,
    appid: &'a str,
    secret: &'a str,
    // Without it the platform was seen to return 41002. `true` would replace the token at once.
    force_refresh: bool,
}

/// Asks for the account's stable token. No other call that needs only the AppSecret is without side
/// effects: this one returns the token in force, and tokens of `cgi-bin/token` are independent of it. The platform
/// always checks the IP list here; whether it does for `sns/*` is not certain.
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
        outcome: response.account_token(),
        date: fetched.date,
    })
}

impl Response {
    /// Reads the response to a call for the account's token.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal or holds no token.
    pub fn account_token(&self) -> Result<SecretString, PlatformError> {
        let token = self
            .fields()?
            .id("access_token")
            .filter(|token| token.len() <= MAX_TOKEN);
        token
            .map(SecretString::from)
            .ok_or_else(|| self.garbage("no access_token that can be one"))
    }
}

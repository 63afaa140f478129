use secrecy::SecretString;
use url::Url;

use super::account_token::Request;
use crate::{
    clients::{
        fetch::{FetchError, Fetcher},
        wechat::{Endpoint, PlatformError, Response},
    },
    domain::{AppId, IssuedToken, Timestamp},
};

/// The platform's response to a call of the account itself.
#[derive(Debug, Clone)]
pub struct AccountProbe {
    /// The account's token, if this host may call the server API for the account.
    pub outcome: Result<IssuedToken, PlatformError>,
    /// The platform's time, if it was in the response.
    pub date: Option<Timestamp>,
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
    let request = Request::new(app_id, app_secret, false);
    let fetched = fetcher.post_json(&url, &request).await?;
    let response = Response::new(endpoint, fetched.status, fetched.body);
    Ok(AccountProbe {
        outcome: response.issued("access_token"),
        date: fetched.date,
    })
}

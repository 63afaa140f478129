//! The platform (`--online`): whether it can be reached and accepts the account.

use super::{Finding, told};
use crate::{
    clients::wechat::{ErrorClass, TlsConfig, WeChatClient},
    domain::{AuthorizationCode, Deadline},
    settings::Settings,
};

pub(super) async fn check(settings: &Settings) -> Vec<Finding> {
    vec![Finding::of("platform", platform(settings).await)]
}

/// Exchanges a code that cannot exist. That the platform refuses the code, and not the account, proves AppID and
/// AppSecret. An account token is never fetched: it would displace a live one.
async fn platform(settings: &Settings) -> Result<String, String> {
    let secrets = &settings.secrets;
    let tls = TlsConfig::with_mozilla_roots().map_err(told)?;
    let (api_url, timeout) = (settings.wechat.api_url.clone(), settings.wechat.timeout);
    let client = WeChatClient::new(
        &tls,
        api_url,
        secrets.app_id.clone(),
        secrets.app_secret.clone(),
        timeout,
    );
    let code = AuthorizationCode::parse("fanpass-check").map_err(told)?;
    match client.exchange(&code, Deadline::after(timeout)).await {
        Err(error) if error.class() == ErrorClass::Reauthorize => {
            Ok("accepts AppID and AppSecret (it refused a made-up code, as it should)".to_owned())
        }
        Err(error) if error.class() == ErrorClass::Configuration => Err(format!(
            "{error}; check WECHAT_APP_ID, WECHAT_APP_SECRET and the IP list in the console"
        )),
        Err(error) => Err(told(error)),
        Ok(_) => Err(format!(
            "{} accepts a made-up code: it is not the platform",
            settings.wechat.api_url
        )),
    }
}

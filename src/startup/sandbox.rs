use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use fanpass_sandbox::{PushConfig, PushMode, Sandbox, SandboxConfig};
use url::Url;

use super::{StartupError, bind};
use crate::{
    domain::{PushKeys, routes},
    settings::Settings,
};

/// Builds the stand-in platform for the account and the public host of the settings. It pushes to `server`, where this
/// process listens for fans, if it does.
///
/// # Errors
/// [`StartupError`] if it cannot listen.
pub fn sandbox(settings: &Settings, server: Option<SocketAddr>) -> Result<Sandbox, StartupError> {
    let listener = bind(settings.sandbox.host, settings.sandbox.port, "sandbox.port")?;
    let of_account = settings.account();
    let account = of_account.account;
    let config = SandboxConfig {
        app_id: account.app_id.to_string(),
        app_secret: account.app_secret,
        callback_hosts: account.public_url.host_str().map(str::to_owned).into_iter().collect(),
        workers: 1,
        public_url: settings.sandbox.enabled.then(|| settings.wechat.open_url.clone()),
        push: server
            .zip(of_account.push_keys)
            .map_or_else(PushConfig::default, |(server, keys)| push_to(server, &keys)),
    };
    Ok(Sandbox::start(config, listener)?)
}

/// What an operator would enter in the console. A listener on all interfaces is reached through loopback.
fn push_to(server: SocketAddr, keys: &PushKeys) -> PushConfig {
    let ip = Some(server.ip()).filter(|ip| !ip.is_unspecified());
    let server = SocketAddr::new(ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), server.port());
    let key = keys.aes_keys.first();
    PushConfig {
        url: Url::parse(&format!("http://{server}{}", routes::PUSH)).ok(),
        token: Some(keys.token.expose().into()),
        encoding_aes_key: key.map(|key| key.expose().into()),
        mode: key.map_or(PushMode::Plain, |_| PushMode::Safe),
    }
}

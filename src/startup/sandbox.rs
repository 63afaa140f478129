use fanpass_sandbox::{PushConfig, Sandbox, SandboxConfig};

use super::{StartupError, bind};
use crate::settings::Settings;

/// Builds the stand-in platform for the account and the public host of the settings.
///
/// # Errors
/// [`StartupError`] if it cannot listen.
pub fn sandbox(settings: &Settings) -> Result<Sandbox, StartupError> {
    let listener = bind(settings.sandbox.host, settings.sandbox.port, "sandbox.port")?;
    let account = settings.account().account;
    let config = SandboxConfig {
        app_id: account.app_id.to_string(),
        app_secret: account.app_secret,
        callback_hosts: account.public_url.host_str().map(str::to_owned).into_iter().collect(),
        workers: 1,
        public_url: settings.sandbox.enabled.then(|| settings.wechat.open_url.clone()),
        push: PushConfig::default(),
    };
    Ok(Sandbox::start(config, listener)?)
}

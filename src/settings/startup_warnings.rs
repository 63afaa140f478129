//! What is allowed and yet worth a line in the log at the start.

use super::{Environment, Settings, secrets::SecretSources, url_rules::is_loopback};

/// One line each; no secrets.
pub(super) fn list(settings: &Settings, secrets: &SecretSources) -> Vec<String> {
    let is_production = settings.environment == Environment::Production;
    let mut warnings = Vec::new();
    let mut warn_if = |applies: bool, text: &str| {
        if applies {
            warnings.push(text.to_owned());
        }
    };
    warn_if(
        !secrets.has_session_key,
        "SESSION_KEY is not set: this process uses a random one, and every session ends when it stops",
    );
    warn_if(
        !secrets.has_account && !is_loopback(&settings.wechat.api_url),
        "WECHAT_APP_ID or WECHAT_APP_SECRET is not set: the platform will refuse every login",
    );
    warn_if(
        is_production && !settings.server.is_public(),
        "server.public_url is a loopback address: no phone can come back to it",
    );
    warn_if(
        is_production && settings.site.privacy_url.is_none(),
        "site.privacy_url is not set: the registration prompt links no privacy policy",
    );
    for variable in &secrets.unused {
        warnings.push(format!("{variable} is set, and this version does not use it yet"));
    }
    warnings
}

//! Allowed settings that deserve a line in the log at the start.

use super::{
    Environment, Settings,
    secrets::{SecretSources, api_key_variable},
    url_rules::is_loopback,
};

/// One line each; no secrets.
pub(super) fn list(settings: &Settings, secrets: &SecretSources) -> Vec<String> {
    let is_production = settings.environment == Environment::Production;
    let mut notes = Vec::new();
    let mut note_if = |applies: bool, text: &str| {
        if applies {
            notes.push(text.to_owned());
        }
    };
    note_if(
        !secrets.has_session_key && settings.kept_session_key.is_none(),
        "SESSION_KEY is not set: this process uses a random one, and every session ends when it stops",
    );
    if let Some(file) = &settings.kept_session_key {
        note_if(
            true,
            &format!(
                "SESSION_KEY is not set: the key in {} is used, which the first start makes",
                file.display()
            ),
        );
    }
    note_if(
        secrets.names_a_key_twice,
        "SESSION_KEYS_ALSO names a key twice, or SESSION_KEY itself: name there only the other key of a change",
    );
    note_if(
        settings.login.enabled && !secrets.has_account && !is_loopback(&settings.wechat.api_url),
        "WECHAT_APP_ID or WECHAT_APP_SECRET is not set: the platform will refuse every login",
    );
    note_if(
        is_production && !settings.server.is_public(),
        "server.public_url is a loopback address: no phone can come back to it",
    );
    note_if(
        is_production && settings.login.enabled && settings.site.privacy_url.is_none(),
        "site.privacy_url is not set: the registration prompt links no privacy policy",
    );
    let push_keys = settings.secrets.push.as_ref().filter(|_| settings.push.enabled);
    note_if(
        is_production && push_keys.is_some_and(|keys| keys.aes_keys.is_empty()),
        "WECHAT_ENCODING_AES_KEY is not set: pushes come plain, and their signature does not cover what they say; choose \
         the safe mode (安全模式) in the console",
    );
    note_if(
        is_production && push_keys.is_some_and(|keys| !keys.aes_keys.is_empty()) && settings.push.accept_plain,
        "push.accept_plain is true although WECHAT_ENCODING_AES_KEY is set: set it to false when the mode is switched",
    );
    let endpoint = settings.storage.endpoint.as_ref();
    note_if(
        is_production && endpoint.is_some_and(|url| url.scheme() == "http" && !is_loopback(url)),
        "storage.endpoint is http: photos cross the network unprotected",
    );
    notes.extend(apps(settings));
    for (key, needed) in &secrets.alone {
        notes.push(format!("{key} is set, and {needed} is not: set both, or remove it"));
    }
    notes
}

/// Apps that cannot call the internal API although somebody wanted it, or that have nothing to call.
fn apps(settings: &Settings) -> impl Iterator<Item = String> {
    let keys = &settings.secrets.api_keys.apps;
    settings.apps.iter().filter_map(|app| {
        let id = &app.id;
        match (keys.contains_key(id), app.api.is_empty()) {
            (false, false) => {
                let variable = api_key_variable(id);
                Some(format!(
                    "apps.{id}.api grants rights, but the app has no key: set {variable} or apps.{id}.api_key_sha256"
                ))
            }
            (true, true) => Some(format!(
                "apps.{id} has a key and no rights: grant some in apps.{id}.api"
            )),
            _ => None,
        }
    })
}

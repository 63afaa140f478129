//! Where the account's pushes go, as the console's page 消息推送 would hold it.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};
use url::Url;

use super::aes_key::AesKey;

/// 消息推送: without an answer in this time the connection is closed, in milliseconds.
const TIMEOUT_MS: u64 = 5000;
/// The longest time that can be set, in milliseconds.
const MAX_TIMEOUT_MS: u64 = 60_000;

/// How pushes are sealed (消息加解密方式).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushMode {
    /// 明文模式: the whole message in clear.
    #[default]
    Plain,
    /// 兼容模式: in clear and sealed.
    Compatible,
    /// 安全模式: sealed.
    Safe,
}

/// The settings of pushes at the start. They are off without a URL.
#[derive(Debug, Clone, Default)]
pub struct PushConfig {
    /// The account's URL for pushes; `http`, since the sandbox speaks no TLS.
    pub url: Option<Url>,
    /// The Token: 3 to 32 letters and digits.
    pub token: Option<SecretString>,
    /// The EncodingAESKey: 43 letters and digits; without one there is only the plain mode.
    pub encoding_aes_key: Option<SecretString>,
    /// How pushes are sealed.
    pub mode: PushMode,
}

/// The settings in force.
#[derive(Debug, Clone)]
pub struct PushSettings {
    pub url: Option<Url>,
    pub token: Option<SecretString>,
    pub aes_key: Option<AesKey>,
    pub mode: PushMode,
    pub timeout_ms: u64,
}

/// New values of some settings; `null` takes one back.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PushSettingsChange {
    #[serde(deserialize_with = "given")]
    url: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    token: Option<Option<SecretText>>,
    #[serde(deserialize_with = "given")]
    encoding_aes_key: Option<Option<SecretText>>,
    mode: Option<PushMode>,
    timeout_ms: Option<u64>,
}

/// A secret in a request.
#[derive(Debug)]
struct SecretText(SecretString);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

/// Tells `null`, a value that is taken back, from a setting that is absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl PushSettings {
    /// # Errors
    ///
    /// What is wrong with the settings.
    pub fn new(config: PushConfig) -> Result<Self, String> {
        Ok(Self {
            url: config.url.map(check_url).transpose()?,
            token: config.token.map(check_token).transpose()?,
            aes_key: config.encoding_aes_key.map(check_key).transpose()?,
            mode: config.mode,
            timeout_ms: TIMEOUT_MS,
        })
    }

    /// The settings with the new values.
    ///
    /// # Errors
    ///
    /// What is wrong with a value.
    pub fn changed(&self, change: PushSettingsChange) -> Result<Self, String> {
        let mut changed = self.clone();
        if let Some(url) = change.url {
            let parse = |url: String| Url::parse(&url).map_err(|error| format!("push.url: {error}"));
            changed.url = url.map(parse).transpose()?.map(check_url).transpose()?;
        }
        if let Some(token) = change.token {
            changed.token = token.map(|token| check_token(token.0)).transpose()?;
        }
        if let Some(key) = change.encoding_aes_key {
            changed.aes_key = key.map(|key| check_key(key.0)).transpose()?;
        }
        changed.mode = change.mode.unwrap_or(self.mode);
        if let Some(timeout_ms) = change.timeout_ms {
            if !(1..=MAX_TIMEOUT_MS).contains(&timeout_ms) {
                return Err(format!("push.timeout_ms is 1 to {MAX_TIMEOUT_MS}"));
            }
            changed.timeout_ms = timeout_ms;
        }
        Ok(changed)
    }
}

fn check_url(url: Url) -> Result<Url, String> {
    if url.scheme() == "http" && url.has_host() {
        return Ok(url);
    }
    Err("push.url is no http:// URL; the sandbox speaks no TLS".to_owned())
}

fn check_token(token: SecretString) -> Result<SecretString, String> {
    let text = token.expose_secret();
    if (3..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(token);
    }
    Err("push.token is 3 to 32 letters and digits".to_owned())
}

fn check_key(key: SecretString) -> Result<AesKey, String> {
    AesKey::parse(key.expose_secret()).ok_or_else(|| "push.encoding_aes_key is 43 letters and digits".to_owned())
}

/// Whether there is a Token and a key, and neither of them.
impl Serialize for PushSettings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("PushSettings", 5)?;
        fields.serialize_field("url", &self.url.as_ref().map(Url::as_str))?;
        fields.serialize_field("has_token", &self.token.is_some())?;
        fields.serialize_field("has_encoding_aes_key", &self.aes_key.is_some())?;
        fields.serialize_field("mode", &self.mode)?;
        fields.serialize_field("timeout_ms", &self.timeout_ms)?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(settings: &PushSettings, change: serde_json::Value) -> Result<PushSettings, String> {
        settings.changed(serde_json::from_value(change).unwrap())
    }

    #[test]
    fn settings_are_changed_and_taken_back_one_by_one_and_show_no_secret() {
        let off = PushSettings::new(PushConfig::default()).unwrap();
        let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
        let on = json!({"url": "http://127.0.0.1:1/push", "token": "pamtest", "encoding_aes_key": key, "mode": "safe"});
        let on = change(&off, on).unwrap();
        let shown = format!("{on:?}{}", json!(on));
        assert!(!shown.contains("pamtest") && !shown.contains(key), "{shown}");
        let without = change(&on, json!({"encoding_aes_key": null, "mode": "plain"})).unwrap();
        assert!(without.aes_key.is_none() && without.token.is_some());
        assert_eq!(without.mode, PushMode::Plain);
    }

    #[test]
    fn wrong_settings_are_named() {
        let off = PushSettings::new(PushConfig::default()).unwrap();
        for (wrong, key) in [
            (json!({"url": "https://example.com/"}), "push.url"),
            (json!({"url": "nowhere"}), "push.url"),
            (json!({"token": "a-b"}), "push.token"),
            (json!({"encoding_aes_key": "short"}), "push.encoding_aes_key"),
            (json!({"timeout_ms": 0}), "push.timeout_ms"),
        ] {
            assert!(change(&off, wrong).unwrap_err().starts_with(key));
        }
    }
}

//! The settings of the account, as the platform's console would hold them.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Deserializer, Serialize};
use url::{Host, Url};

use crate::{
    grant::Scope,
    ip_range::IpRange,
    lock::lock,
    push::{PushSettings, PushSettingsChange},
};

/// A right of the account (接口权限).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    Fans,
    Menu,
    JsSdk,
    QrCodes,
    Media,
    Messages,
}

/// The rules of the account.
#[derive(Debug, Clone, Serialize)]
pub struct AccountSettings {
    /// Whether the authorize page is an error page outside WeChat's browser.
    pub require_wechat_browser: bool,
    /// 网页授权域名: `host` or `host/path`.
    pub callback_hosts: Vec<String>,
    /// Whether loopback hosts are allowed too, with any port.
    pub allow_loopback: bool,
    /// Scopes that the account has; another gives error 10005.
    pub scopes: Vec<Scope>,
    /// Whether a refresh replaces the refresh token.
    pub rotate_refresh_tokens: bool,
    /// Rights that the account does not have; their endpoints give 48001, and their quota is 0.
    pub missing_rights: Vec<Right>,
    /// Whence the server API may be called with the AppSecret or a token of the account; `null`: from anywhere.
    pub ip_whitelist: Option<Vec<IpRange>>,
    /// Mini-programs that a menu may open; `null`: any.
    pub linked_mini_programs: Option<Vec<String>>,
    /// Where pushes go, and how.
    pub push: PushSettings,
}

/// New values of some settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    require_wechat_browser: Option<bool>,
    callback_hosts: Option<Vec<String>>,
    allow_loopback: Option<bool>,
    scopes: Option<Vec<Scope>>,
    rotate_refresh_tokens: Option<bool>,
    missing_rights: Option<Vec<Right>>,
    #[serde(default, deserialize_with = "given")]
    ip_whitelist: Option<Option<Vec<IpRange>>>,
    #[serde(default, deserialize_with = "given")]
    linked_mini_programs: Option<Option<Vec<String>>>,
    push: Option<PushSettingsChange>,
}

/// Tells `null`, a value that is taken back, from a setting that is absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl AccountSettings {
    /// Changes all, or nothing where a value is wrong.
    fn apply(&mut self, change: SettingsChange) -> Result<(), String> {
        fn set<T>(setting: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *setting = value;
            }
        }
        if let Some(push) = change.push {
            self.push = self.push.changed(push)?;
        }
        set(&mut self.require_wechat_browser, change.require_wechat_browser);
        set(&mut self.callback_hosts, change.callback_hosts);
        set(&mut self.allow_loopback, change.allow_loopback);
        set(&mut self.scopes, change.scopes);
        set(&mut self.rotate_refresh_tokens, change.rotate_refresh_tokens);
        set(&mut self.missing_rights, change.missing_rights);
        set(&mut self.ip_whitelist, change.ip_whitelist);
        set(&mut self.linked_mini_programs, change.linked_mini_programs);
        Ok(())
    }

    /// Whether pages of this URL may use the JS-SDK (JS接口安全域名): a host of `callback_hosts` or below it, without a port.
    pub fn allow_js(&self, page: &Url) -> bool {
        let covers = |entry: &String| {
            let host = entry.split('/').next().unwrap_or_default();
            let below = page.host_str().and_then(|name| name.strip_suffix(host));
            !host.is_empty() && below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
        };
        (self.allow_loopback && is_loopback(page)) || (page.port().is_none() && self.callback_hosts.iter().any(covers))
    }

    /// Whether a `redirect_uri` may be used.
    pub fn allow(&self, redirect: &Url) -> bool {
        (is_loopback(redirect) && self.allow_loopback)
            || self.callback_hosts.iter().any(|entry| covers(entry, redirect))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The whole host must match, without a port; an entry with a path covers what lies below it.
fn covers(entry: &str, redirect: &Url) -> bool {
    let (host, path) = entry.split_once('/').unwrap_or((entry, ""));
    let path = path.trim_end_matches('/');
    let below = redirect
        .path()
        .strip_prefix('/')
        .and_then(|rest| rest.strip_prefix(path));
    redirect
        .host_str()
        .is_some_and(|redirect_host| redirect_host.eq_ignore_ascii_case(host))
        && redirect.port().is_none()
        && below.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

/// The settings in force. Readers get a snapshot.
pub struct SettingsStore(Mutex<Arc<AccountSettings>>);

impl SettingsStore {
    pub fn new(callback_hosts: Vec<String>, push: PushSettings) -> Self {
        Self(Mutex::new(Arc::new(AccountSettings {
            require_wechat_browser: false,
            callback_hosts,
            allow_loopback: true,
            scopes: vec![Scope::Base, Scope::Userinfo],
            rotate_refresh_tokens: false,
            missing_rights: Vec::new(),
            ip_whitelist: None,
            linked_mini_programs: None,
            push,
        })))
    }

    pub fn current(&self) -> Arc<AccountSettings> {
        Arc::clone(&lock(&self.0))
    }

    /// # Errors
    ///
    /// What is wrong with a value; then nothing is changed.
    pub fn change(&self, change: SettingsChange) -> Result<Arc<AccountSettings>, String> {
        let mut settings = lock(&self.0);
        Arc::make_mut(&mut settings).apply(change)?;
        Ok(Arc::clone(&settings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::PushConfig;

    fn store(callback_hosts: Vec<String>) -> SettingsStore {
        SettingsStore::new(callback_hosts, PushSettings::new(PushConfig::default()).unwrap())
    }

    #[test]
    fn a_callback_host_matches_whole_and_without_a_port() {
        let settings = store(vec!["www.example.com".into(), "example.org/app".into()]);
        let cases = [
            ("https://www.example.com/any/path?x=1", true),
            ("http://www.example.com/", true),
            ("https://www.example.com:8443/", false),
            ("https://example.com/", false),
            ("https://pay.www.example.com/", false),
            ("https://example.org/app", true),
            ("https://example.org/app/x", true),
            ("https://example.org/apple", false),
            ("https://example.org/", false),
            ("http://localhost:8080/cb", true),
            ("http://127.0.0.1:1/", true),
            ("http://[::1]:9/", true),
            ("http://localhost.evil.test/", false),
            ("http://192.168.0.1/", false),
        ];
        for (url, allowed) in cases {
            assert_eq!(settings.current().allow(&Url::parse(url).unwrap()), allowed, "{url}");
        }
    }

    #[test]
    fn loopback_can_be_forbidden() {
        let settings = store(Vec::new());
        let change = serde_json::from_str(r#"{"allow_loopback":false}"#).unwrap();
        settings.change(change).unwrap();
        assert!(!settings.current().allow(&Url::parse("http://localhost/").unwrap()));
    }
}

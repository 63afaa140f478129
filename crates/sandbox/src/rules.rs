//! The settings of the account that its console would hold.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::grant::Scope;
use super::locked;

/// What the account allows.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Rules {
    /// Outside WeChat's browser the authorize page only says so.
    pub(super) require_wechat_browser: bool,
    /// 网页授权域名: `host` or `host/path`.
    pub(super) callback_hosts: Vec<String>,
    /// Whether loopback hosts, with any port, are allowed besides.
    pub(super) allow_loopback: bool,
    /// Scopes that the account has; another gives error 10005.
    pub(super) scopes: Vec<Scope>,
    /// Whether a refresh replaces the refresh token.
    pub(super) rotate_refresh_tokens: bool,
}

/// A change of some of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesChange {
    require_wechat_browser: Option<bool>,
    callback_hosts: Option<Vec<String>>,
    allow_loopback: Option<bool>,
    scopes: Option<Vec<Scope>>,
    rotate_refresh_tokens: Option<bool>,
}

impl Rules {
    fn change(&mut self, change: RulesChange) {
        fn set<T>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        set(&mut self.require_wechat_browser, change.require_wechat_browser);
        set(&mut self.callback_hosts, change.callback_hosts);
        set(&mut self.allow_loopback, change.allow_loopback);
        set(&mut self.scopes, change.scopes);
        set(&mut self.rotate_refresh_tokens, change.rotate_refresh_tokens);
    }

    /// The whole host must match, without a port; an entry with a path covers what lies below it.
    pub(super) fn allow(&self, redirect: &Url) -> bool {
        let loopback = match redirect.host() {
            Some(Host::Domain(domain)) => domain == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => return false,
        };
        (loopback && self.allow_loopback) || self.callback_hosts.iter().any(|entry| covers(entry, redirect))
    }
}

fn covers(entry: &str, redirect: &Url) -> bool {
    let (host, path) = entry.split_once('/').unwrap_or((entry, ""));
    let path = path.trim_end_matches('/');
    let below = redirect
        .path()
        .strip_prefix('/')
        .and_then(|rest| rest.strip_prefix(path));
    redirect
        .host_str()
        .is_some_and(|named| named.eq_ignore_ascii_case(host))
        && redirect.port().is_none()
        && below.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

/// The rules in force; readers take a snapshot.
pub(super) struct RuleBook(Mutex<Arc<Rules>>);

impl RuleBook {
    pub(super) fn new(callback_hosts: Vec<String>) -> Self {
        Self(Mutex::new(Arc::new(Rules {
            require_wechat_browser: false,
            callback_hosts,
            allow_loopback: true,
            scopes: vec![Scope::Base, Scope::Userinfo],
            rotate_refresh_tokens: false,
        })))
    }

    pub(super) fn current(&self) -> Arc<Rules> {
        Arc::clone(&locked(&self.0))
    }

    pub(super) fn change(&self, change: RulesChange) -> Arc<Rules> {
        let mut book = locked(&self.0);
        Arc::make_mut(&mut book).change(change);
        Arc::clone(&book)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_host_matches_whole_and_without_a_port() {
        let book = RuleBook::new(vec!["www.example.com".into(), "example.org/app".into()]);
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
            assert_eq!(book.current().allow(&Url::parse(url).unwrap()), allowed, "{url}");
        }
    }

    #[test]
    fn loopback_can_be_forbidden() {
        let book = RuleBook::new(Vec::new());
        book.change(serde_json::from_str(r#"{"allow_loopback":false}"#).unwrap());
        assert!(!book.current().allow(&Url::parse("http://localhost/").unwrap()));
    }
}

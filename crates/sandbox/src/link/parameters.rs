//! The parameters of an authorize link, and the rule for each.

use std::borrow::Cow;

use url::{Url, form_urlencoded};

use super::bad_link::BadLink;
use crate::{account_settings::AccountSettings, grant::Scope};

/// 网页授权 / step 1: the only order that the platform takes.
const ORDER: [&str; 8] = [
    "appid",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "forcePopup",
    "forceSnapShot",
    "connect_redirect",
];
const MAX_STATE_BYTES: usize = 128;

/// The query of an authorize link, in the right order.
pub(super) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    pub(super) fn parse(query: &'a str) -> Result<Self, BadLink> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let mut rest = ORDER.iter();
        for (key, _) in &pairs {
            if !rest.any(|expected| key == expected) {
                let order = ORDER.join(", ");
                return Err(BadLink::malformed(format!(
                    "{key} is unknown, repeated or out of order; the order is {order}"
                )));
            }
        }
        Ok(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
    }

    fn non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    pub(super) fn check_app_id(&self, expected: &str) -> Result<(), BadLink> {
        let app_id = self
            .non_empty("appid")
            .ok_or_else(|| BadLink::new(10012, "appid 不能为空", "the link has no appid"))?;
        if app_id == expected {
            return Ok(());
        }
        Err(BadLink::new(
            40013,
            "AppID 参数错误",
            format!("this sandbox serves {expected}, the link names {app_id}"),
        ))
    }

    pub(super) fn redirect_uri(&self, settings: &AccountSettings) -> Result<Url, BadLink> {
        let value = self
            .non_empty("redirect_uri")
            .ok_or_else(|| BadLink::new(10011, "redirect_uri 不能为空", "the link has no redirect_uri"))?;
        Url::parse(value)
            .ok()
            .filter(|url| ["http", "https"].contains(&url.scheme()) && url.username().is_empty())
            .filter(|url| settings.allow(url))
            .ok_or_else(|| {
                let hosts = settings.callback_hosts.join(", ");
                BadLink::new(
                    10003,
                    "redirect_uri 域名与后台配置不一致",
                    format!("{value} is not on one of: {hosts}"),
                )
            })
    }

    pub(super) fn check_response_type(&self) -> Result<(), BadLink> {
        match self.get("response_type") {
            Some("code") => Ok(()),
            _ => Err(BadLink::malformed("response_type must be the word code")),
        }
    }

    pub(super) fn scope(&self, settings: &AccountSettings) -> Result<Scope, BadLink> {
        let value = self
            .non_empty("scope")
            .ok_or_else(|| BadLink::new(10010, "scope 不能为空", "the link has no scope"))?;
        Scope::parse(value)
            .filter(|scope| settings.scopes.contains(scope))
            .ok_or_else(|| {
                BadLink::new(
                    10005,
                    "该公众号没有这些 scope 的权限",
                    format!("the account does not have the scope {value}"),
                )
            })
    }

    pub(super) fn state(&self) -> Result<Option<String>, BadLink> {
        let Some(state) = self.get("state") else {
            return Ok(None);
        };
        if state.is_empty() {
            let hint = "leave state out, or give it a value";
            return Err(BadLink::new(10013, "state 不能为空", hint));
        }
        if state.len() > MAX_STATE_BYTES || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(BadLink::malformed(
                "state takes letters and digits only, 128 bytes at most",
            ));
        }
        Ok(Some(state.to_owned()))
    }

    /// `true` or `false`; without the parameter `false`.
    pub(super) fn flag(&self, name: &str) -> Result<bool, BadLink> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(BadLink::malformed(format!("{name} is true or false"))),
        }
    }
}

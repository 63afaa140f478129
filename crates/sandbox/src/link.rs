//! The authorize link: read as strictly as the platform reads it.

use std::borrow::Cow;

use url::{Url, form_urlencoded};

use super::grant::Scope;
use super::rules::Rules;

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
const STATE_BYTES: usize = 128;

/// A link that may be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    redirect_uri: Url,
    pub(super) scope: Scope,
    state: Option<String>,
    /// `forceSnapShot=true`.
    pub(super) snapshot: bool,
}

/// Why the platform shows an error page instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadLink {
    /// The number on the page; 0 where the platform shows none.
    pub(super) number: i64,
    /// What the page says.
    pub(super) says: &'static str,
    /// What to look at, for the developer.
    pub(super) hint: String,
}

impl BadLink {
    /// What is shown outside WeChat when the account's rules demand its browser.
    pub(super) fn outside_wechat() -> Self {
        bad(
            0,
            "请在微信客户端打开链接",
            "the setting require_wechat_browser is on, the User-Agent is not WeChat's",
        )
    }
}

impl Link {
    /// Reads the query of an authorize link.
    ///
    /// # Errors
    ///
    /// The page that the platform would show.
    pub(super) fn read(query: &str, app_id: &str, rules: &Rules) -> Result<Link, BadLink> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        in_order(&pairs)?;
        let find = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_ref())
        };
        let present = |name: &str| find(name).filter(|value| !value.is_empty());

        let named = present("appid").ok_or_else(|| bad(10012, "appid 不能为空", "the link has no appid"))?;
        if named != app_id {
            return Err(bad(
                40013,
                "AppID 参数错误",
                format!("this sandbox serves {app_id}, the link names {named}"),
            ));
        }
        let redirect_uri = redirect(present("redirect_uri"), rules)?;
        if find("response_type") != Some("code") {
            return Err(unreachable_link("response_type must be the word code"));
        }
        let scope = scope(present("scope"), rules)?;
        let state = state(find("state"))?;
        flag(find("forcePopup"), "forcePopup")?;
        let snapshot = flag(find("forceSnapShot"), "forceSnapShot")?;
        Ok(Link {
            redirect_uri,
            scope,
            state,
            snapshot,
        })
    }

    /// Where the browser goes: the query that is there is kept, code and state are appended. Without a code the fan declined.
    pub(super) fn target(&self, code: Option<&str>) -> String {
        let mut target = self.redirect_uri.clone();
        if code.is_some() || self.state.is_some() {
            let mut query = target.query_pairs_mut();
            query.extend_pairs(code.map(|code| ("code", code)));
            query.extend_pairs(self.state.as_deref().map(|state| ("state", state)));
        }
        target.into()
    }

    /// The host that asks, as the page shows it.
    pub(super) fn asker(&self) -> &str {
        self.redirect_uri.host_str().unwrap_or_default()
    }
}

fn in_order(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<(), BadLink> {
    let mut rest = ORDER.iter();
    for (key, _) in pairs {
        if !rest.any(|expected| key == expected) {
            let hint = format!(
                "{key} is unknown, repeated or out of order; the order is {}",
                ORDER.join(", ")
            );
            return Err(unreachable_link(hint));
        }
    }
    Ok(())
}

fn redirect(value: Option<&str>, rules: &Rules) -> Result<Url, BadLink> {
    let value = value.ok_or_else(|| bad(10011, "redirect_uri 不能为空", "the link has no redirect_uri"))?;
    let url = Url::parse(value)
        .ok()
        .filter(|url| ["http", "https"].contains(&url.scheme()) && url.username().is_empty());
    url.filter(|url| rules.allow(url)).ok_or_else(|| {
        let hosts = rules.callback_hosts.join(", ");
        bad(
            10003,
            "redirect_uri 域名与后台配置不一致",
            format!("{value} is not on one of: {hosts}"),
        )
    })
}

fn scope(value: Option<&str>, rules: &Rules) -> Result<Scope, BadLink> {
    let value = value.ok_or_else(|| bad(10010, "scope 不能为空", "the link has no scope"))?;
    Scope::parse(value)
        .filter(|scope| rules.scopes.contains(scope))
        .ok_or_else(|| {
            bad(
                10005,
                "该公众号没有这些 scope 的权限",
                format!("the account does not have the scope {value}"),
            )
        })
}

fn state(value: Option<&str>) -> Result<Option<String>, BadLink> {
    match value {
        None => Ok(None),
        Some("") => Err(bad(10013, "state 不能为空", "leave state out, or give it a value")),
        Some(state) if state.len() <= STATE_BYTES && state.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Ok(Some(state.to_owned()))
        }
        Some(_) => Err(unreachable_link(
            "state takes letters and digits only, 128 bytes at most",
        )),
    }
}

fn flag(value: Option<&str>, name: &str) -> Result<bool, BadLink> {
    match value {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(unreachable_link(format!("{name} is true or false"))),
    }
}

fn bad(number: i64, says: &'static str, hint: impl Into<String>) -> BadLink {
    BadLink {
        number,
        says,
        hint: hint.into(),
    }
}

fn unreachable_link(hint: impl Into<String>) -> BadLink {
    bad(0, "该链接无法访问", hint)
}

#[cfg(test)]
mod tests {
    use super::super::rules::RuleBook;
    use super::*;

    const APP: &str = "wx0123456789abcdef";

    fn read(query: &str) -> Result<Link, BadLink> {
        Link::read(query, APP, &RuleBook::new(vec!["www.example.com".into()]).current())
    }

    fn number(query: &str) -> i64 {
        read(query).unwrap_err().number
    }

    #[test]
    fn the_documented_order_is_read() {
        let link = read(&format!(
            "appid={APP}&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcb%3Fa%3D1&response_type=code&scope=snsapi_userinfo\
             &state=abc123&forcePopup=true&forceSnapShot=true&connect_redirect=1"
        ))
        .unwrap();
        assert_eq!(
            link.target(Some("C0de")),
            "https://www.example.com/cb?a=1&code=C0de&state=abc123"
        );
        assert_eq!(link.target(None), "https://www.example.com/cb?a=1&state=abc123");
        assert!(link.snapshot);
    }

    #[test]
    fn a_refusal_without_a_state_leaves_the_address_alone() {
        let link = read(&format!(
            "appid={APP}&redirect_uri=https%3A%2F%2Fwww.example.com%2F%23top&response_type=code&scope=snsapi_base"
        ))
        .unwrap();
        assert_eq!(link.target(None), "https://www.example.com/#top");
        assert_eq!(link.target(Some("x")), "https://www.example.com/?code=x#top");
    }

    #[test]
    fn any_other_order_cannot_be_reached() {
        let redirect = "redirect_uri=http%3A%2F%2Flocalhost%2F";
        for query in [
            format!("{redirect}&appid={APP}&response_type=code&scope=snsapi_base"),
            format!("appid={APP}&{redirect}&response_type=code&state=a&scope=snsapi_base"),
            format!("appid={APP}&{redirect}&response_type=code&scope=snsapi_base&state=a&state=a"),
            format!("appid={APP}&{redirect}&response_type=code&scope=snsapi_base&other=1"),
            format!("appid={APP}&{redirect}&response_type=token&scope=snsapi_base"),
            format!("appid={APP}&{redirect}&response_type=code&scope=snsapi_base&forceSnapShot=1"),
        ] {
            assert_eq!(read(&query).unwrap_err().says, "该链接无法访问", "{query}");
        }
    }

    #[test]
    fn what_is_missing_has_its_own_number() {
        let redirect = "redirect_uri=http%3A%2F%2Flocalhost%2F";
        assert_eq!(
            number(&format!("{redirect}&response_type=code&scope=snsapi_base")),
            10012
        );
        assert_eq!(
            number(&format!(
                "appid={APP}&redirect_uri=&response_type=code&scope=snsapi_base"
            )),
            10011
        );
        assert_eq!(
            number(&format!("appid={APP}&{redirect}&response_type=code&scope=")),
            10010
        );
        assert_eq!(
            number(&format!(
                "appid={APP}&{redirect}&response_type=code&scope=snsapi_base&state="
            )),
            10013
        );
        assert_eq!(
            number(&format!("appid={APP}&{redirect}&response_type=code&scope=snsapi_login")),
            10005
        );
        assert_eq!(
            number(&format!("appid=wx0&{redirect}&response_type=code&scope=snsapi_base")),
            40013
        );
        let foreign = "redirect_uri=https%3A%2F%2Fevil.test%2F";
        assert_eq!(
            number(&format!("appid={APP}&{foreign}&response_type=code&scope=snsapi_base")),
            10003
        );
    }

    #[test]
    fn a_state_is_letters_and_digits_up_to_128_bytes() {
        let start =
            format!("appid={APP}&redirect_uri=http%3A%2F%2Flocalhost%2F&response_type=code&scope=snsapi_base&state=");
        assert!(read(&format!("{start}{}", "a".repeat(128))).is_ok());
        assert!(read(&format!("{start}{}", "a".repeat(129))).is_err());
        for state in ["a-b", "a_b", "a.b", "a%3D", "%E4%B8%AD"] {
            assert!(read(&format!("{start}{state}")).is_err(), "{state}");
        }
    }
}

use serde::Serialize;

use crate::{
    domain::{ConsentVersion, NextPath},
    views::{Page, links},
};

/// The registration prompt: what is collected, why, for how long, and that the fan may decline.
#[derive(Debug, Serialize)]
pub struct WelcomePage {
    register_href: String,
    decline_href: String,
    consent_version: String,
}

impl WelcomePage {
    /// `next` is where the fan wanted to go, and `consent_version` the version of this page's text.
    pub fn new(next: &NextPath, consent_version: ConsentVersion) -> Self {
        Self {
            register_href: links::register_after(consent_version, next),
            decline_href: links::decline(),
            consent_version: consent_version.to_string(),
        }
    }
}

impl Page for WelcomePage {
    const TEMPLATE: &'static str = "public/login/welcome.html";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::{has_link, render, render_for, site};

    fn page() -> WelcomePage {
        WelcomePage::new(&NextPath::parse("/shop?item=1"), ConsentVersion::BUILT_IN)
    }

    #[test]
    fn it_contains_what_the_law_requires() {
        let html = render(&page());
        for essential in [
            "爱花公众号",
            "微信昵称、头像",
            "用于",
            "保存多久",
            "您可以不同意",
            "kefu@example.com",
            "2026-11",
        ] {
            assert!(html.contains(essential), "{essential}");
        }
        assert!(has_link(
            &html,
            "/register?next=%2Fshop%3Fitem%3D1&notice=2026-11",
            "微信授权并注册"
        ));
        assert!(has_link(&html, "/signed-out?declined=1", "暂不注册"));
        assert!(has_link(&html, "https://example.com/privacy?a=1&b=2", "《隐私政策》"));
    }

    #[test]
    fn it_names_no_policy_that_is_not_there() {
        let mut site = site();
        site.privacy_url = None;
        site.contact = None;
        let html = render_for(&site, &page());
        assert!(!html.contains("隐私政策"));
        assert!(html.contains("在公众号里给我们留言"));
    }
}

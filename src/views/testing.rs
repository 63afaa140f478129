//! Shared by the tests of the pages: sample pages, and a minimal HTML reader.

use super::*;
use crate::domain::{ConsentVersion, NextPath, Scope};

pub(super) fn site() -> Site {
    Site {
        name: "爱花公众号".to_owned(),
        privacy_url: Some("https://example.com/privacy?a=1&b=2".to_owned()),
        contact: Some("kefu@example.com".to_owned()),
    }
}

pub(super) fn render<P: Page>(page: &P) -> String {
    render_for(&site(), page)
}

pub(super) fn render_for<P: Page>(site: &Site, page: &P) -> String {
    Views::new(site).unwrap().render(page).unwrap()
}

/// One of each page, with names that try to break out.
pub(super) fn every_page() -> Vec<(&'static str, String)> {
    let hostile = "\"><script>alert(1)</script><p style=x onclick='y'>\u{202e}";
    let site = Site {
        name: hostile.to_owned(),
        privacy_url: Some("https://example.com/\"onclick=\"x".to_owned()),
        contact: Some(hostile.to_owned()),
    };
    let views = Views::new(&site).unwrap();
    let next = NextPath::parse("/a?b='\"<c>&d");
    let mut pages = vec![
        (
            "index",
            views
                .render(&IndexPage::new(hostile, "https://x.invalid/\"onerror=\"x"))
                .unwrap(),
        ),
        (
            "welcome",
            views.render(&WelcomePage::new(&next, ConsentVersion::CURRENT)).unwrap(),
        ),
        ("signed_out", views.render(&SignedOutPage::logged_out()).unwrap()),
        (
            "not_registered",
            views.render(&SignedOutPage::not_registered()).unwrap(),
        ),
        (
            "declined",
            views.render(&DeclinedPage::new(Scope::UserInfo, &next)).unwrap(),
        ),
        (
            "declined_silent",
            views.render(&DeclinedPage::new(Scope::Base, &next)).unwrap(),
        ),
        ("snapshot", views.render(&SnapshotPage::new(&next)).unwrap()),
        (
            "outside_wechat",
            views.render(&OutsideWechatPage::new(hostile).unwrap()).unwrap(),
        ),
    ];
    for retry in [
        Retry::Login(&next),
        Retry::Registration(&next),
        Retry::Reload,
        Retry::Home,
    ] {
        let page = ErrorPage::new(Failure::Busy, hostile)
            .with_retry(retry)
            .with_retry_after(60);
        pages.push(("error", views.render(&page).unwrap()));
    }
    pages
}

/// Whether a link with this URL and this text is on the page.
pub(super) fn has_link(html: &str, href: &str, text: &str) -> bool {
    html.split("<a ").skip(1).any(|rest| {
        let Some((_, after)) = rest.split_once('>') else {
            return false;
        };
        let link = tags(&format!("<a {rest}")).into_iter().next();
        link.is_some_and(|link| link.attribute("href") == Some(href)) && after.starts_with(text)
    })
}

/// An opening tag, its attributes unescaped.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(super) fn attribute(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| name == key)?;
        Some(&found.1)
    }
}

/// Every opening tag of a document.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    let opening = |rest: &&str| rest.starts_with(|first: char| first.is_ascii_alphabetic());
    html.split('<').skip(1).filter(opening).map(read_tag).collect()
}

fn read_tag(text: &str) -> Tag {
    let end = text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return Tag {
                name: name.to_ascii_lowercase(),
                attributes,
            };
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || "=>/".contains(c))
            .unwrap_or(rest.len());
        let (key, after) = rest.split_at(end.max(1));
        let (value, after) = after.strip_prefix('=').map_or(("", after), read_value);
        attributes.push((key.to_ascii_lowercase(), unescape(value)));
        rest = after;
    }
}

fn read_value(text: &str) -> (&str, &str) {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        _ => text.split_at(text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len())),
    }
}

fn unescape(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&#x2F;", "/")
        .replace("&amp;", "&")
}

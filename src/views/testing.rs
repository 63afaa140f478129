//! Shared by the tests of the pages: sample pages, and a minimal HTML reader.

use std::collections::BTreeMap;

use super::*;
use crate::{
    domain::{
        AppId, Clock, Colour, ConsentVersion, FanId, FansProfile, FollowState, Language, NextPath, OpenId, Profile,
        Random, Scope, Timestamp,
    },
    texts::Texts,
};

pub(super) fn site() -> Site {
    Site {
        name: "爱花公众号".to_owned(),
        privacy_url: Some("https://example.com/privacy?a=1&b=2".to_owned()),
        contact: Some("kefu@example.com".to_owned()),
        ..Site::default()
    }
}

pub(super) fn render<P: Page>(page: &P) -> String {
    render_for(&site(), page)
}

pub(super) fn render_for<P: Page>(site: &Site, page: &P) -> String {
    views(site).render(page, &RenderContext::default()).unwrap()
}

pub(super) fn views(site: &Site) -> Views {
    Views::new(site, Texts::new(&BTreeMap::new()).unwrap()).unwrap()
}

/// One of each page in each language, with names that try to break out.
pub(super) fn every_page() -> Vec<(String, Language, String)> {
    Language::ALL.into_iter().flat_map(every_page_in).collect()
}

const HOSTILE: &str = "\"><script>alert(1)</script><p style=x onclick='y'>\u{202e}";

/// The views of a site whose names try to break out, with everything that an operator can set.
pub(super) fn hostile_views() -> Views {
    let site = Site {
        name: HOSTILE.to_owned(),
        privacy_url: Some("https://example.com/\"onclick=\"x".to_owned()),
        contact: Some(HOSTILE.to_owned()),
        icp: Some("京ICP备12345678号-1".to_owned()),
        police: Some(PoliceFiling {
            number: "京公网安备11010502030143号".to_owned(),
            code: "11010502030143".to_owned(),
        }),
        logo: Some(Logo {
            png: b"made up".to_vec(),
            width: 2,
            height: 1,
        }),
        colours: Colours {
            primary: Some(Colour::BLACK),
            ..Colours::default()
        },
    };
    views(&site)
}

fn every_page_in(language: Language) -> Vec<(String, Language, String)> {
    let hostile = HOSTILE;
    let views = hostile_views();
    let shown = RenderContext {
        language,
        other_language_href: Some("?a=\"onclick=\"x&lang=zh".to_owned()),
    };
    let next = NextPath::parse("/a?b='\"<c>&d");
    let named =
        |name: &str, html: Result<String, ViewError>| (format!("{name}, {}", language.code()), language, html.unwrap());
    let mut pages = vec![
        named(
            "index",
            views.render(
                &IndexPage::new(hostile, Some("/avatars/\"onerror=\"x".to_owned())),
                &shown,
            ),
        ),
        named("nameless", views.render(&IndexPage::new("", None), &shown)),
        named(
            "welcome",
            views.render(&WelcomePage::new(&next, ConsentVersion::BUILT_IN), &shown),
        ),
        named("no_login", views.render(&NoLoginPage {}, &shown)),
        named("signed_out", views.render(&SignedOutPage::logged_out(), &shown)),
        named("not_registered", views.render(&SignedOutPage::not_registered(), &shown)),
        named(
            "declined",
            views.render(&DeclinedPage::new(Scope::UserInfo, &next), &shown),
        ),
        named(
            "declined_silent",
            views.render(&DeclinedPage::new(Scope::Base, &next), &shown),
        ),
        named("snapshot", views.render(&SnapshotPage::new(&next), &shown)),
        named(
            "outside_wechat",
            views.render(&OutsideWechatPage::new(hostile).unwrap(), &shown),
        ),
    ];
    let retries = [
        Retry::Login(&next),
        Retry::Registration(&next),
        Retry::Reload,
        Retry::Home,
    ];
    for (retry, seconds) in retries.into_iter().zip([0, 60, 600, 1]) {
        let page = ErrorPage::new(Failure::Busy, hostile)
            .with_retry(retry)
            .with_retry_after(seconds);
        pages.push(named("error", views.render(&page, &shown)));
    }
    for failure in Failure::ALL {
        pages.push(named("failure", views.render(&ErrorPage::new(failure, "id"), &shown)));
    }
    let me = me_pages(&views, &shown);
    pages.extend(me.into_iter().map(|(name, html)| named(name, html)));
    pages
}

/// A fan's own page, and those around an erasure.
fn me_pages(views: &Views, shown: &RenderContext) -> Vec<(&'static str, Result<String, ViewError>)> {
    let fan = hostile_fan();
    let viewers = [HOSTILE.to_owned()];
    let day = || "2026-11-28".to_owned();
    let kept = |photos| KeptOfFan {
        fan: &fan,
        registered: day(),
        consented: day(),
        refreshed: day(),
        last_login: day(),
        followed: Some(day()),
        photos,
        viewers: &viewers,
        audit_keep_days: 400,
    };
    let receipt = || ReceiptPage::of("018f0000-0000-7000-8000-000000000000", "2026-11-28", Some(true));
    vec![
        ("me", views.render(&MePage::new(&kept(Some(2))), shown)),
        ("me without photos", views.render(&MePage::new(&kept(None)), shown)),
        ("delete", views.render(&DeletePage::new(HOSTILE, Some(1)), shown)),
        ("receipt asked for", views.render(&ReceiptPage::ask(true), shown)),
        (
            "receipt",
            views.render(&receipt().finished("2026-11-29").with_file("fr1.x"), shown),
        ),
        ("receipt, going on", views.render(&receipt().going_on(), shown)),
        ("receipt, lost", views.render(&receipt().lost(), shown)),
    ]
}

fn hostile_fan() -> FansProfile {
    let now = Timestamp::from_unix_seconds(0);
    FansProfile {
        id: FanId::generate(&Clock::system(), &Random::system()),
        app_id: AppId::parse("wx0000000000000001").unwrap(),
        profile: Profile {
            openid: OpenId::parse("oMadeUp").unwrap(),
            unionid: Some(HOSTILE.to_owned()),
            nickname: HOSTILE.to_owned(),
            avatar_url: HOSTILE.to_owned(),
        },
        avatar: None,
        consented_at: now,
        consent_version: HOSTILE.to_owned(),
        profile_refreshed_at: now,
        profile_cleared_at: None,
        last_login_at: now,
        follow: FollowState {
            subscribed: Some(true),
            ..FollowState::default()
        },
        created_at: now,
        updated_at: now,
    }
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

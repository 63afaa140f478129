use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    domain::{NextPath, routes},
    views::{Page, links},
};

/// The index page of a signed-in fan.
#[derive(Debug, Serialize)]
pub struct IndexPage<'a> {
    /// None has the name that WeChat itself gives.
    nickname: Option<&'a str>,
    /// Drawn if the avatar is missing or cannot be loaded; without it, a silhouette.
    initial: Option<&'a str>,
    /// Of our own copy.
    avatar_href: Option<String>,
    update_href: String,
    /// The fan's photos, where there are any.
    photos_href: Option<&'static str>,
    me_href: &'static str,
    apps: &'a [AppLink],
}

/// An app of the operator's.
#[derive(Debug, Clone, Serialize)]
pub struct AppLink {
    /// What people call it.
    pub name: String,
    /// Where its pages begin.
    pub href: String,
}

impl<'a> IndexPage<'a> {
    /// `nickname` may be empty. `avatar_href`: where the copy of the avatar is, if there is one.
    pub fn new(nickname: &'a str, avatar_href: Option<String>) -> Self {
        let initial = nickname
            .graphemes(true)
            .find(|grapheme| grapheme.chars().any(is_visible));
        Self {
            nickname: initial.map(|_| nickname.trim()),
            initial: initial.map(str::trim),
            avatar_href,
            update_href: links::register(&NextPath::root()),
            photos_href: None,
            me_href: routes::ME,
            apps: &[],
        }
    }

    /// Links apps.
    #[must_use]
    pub fn with_apps(self, apps: &'a [AppLink]) -> Self {
        Self { apps, ..self }
    }

    /// Links the fan's photos.
    #[must_use]
    pub fn with_photos(self) -> Self {
        Self {
            photos_href: Some(routes::PHOTOS),
            ..self
        }
    }
}

/// A nickname without the blanks around it. None: nothing of it can be seen.
pub fn visible_nickname(nickname: &str) -> Option<&str> {
    nickname.chars().any(is_visible).then_some(nickname.trim())
}

impl Page for IndexPage<'_> {
    const TEMPLATE: &'static str = "public/pages/index.html";
}

/// Nicknames without a visible character are common: joiners, direction marks, Hangul fillers, variation selectors.
fn is_visible(character: char) -> bool {
    let invisible = matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}');
    !invisible && !character.is_whitespace() && !character.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::{render, tags};

    #[test]
    fn it_shows_the_fan_and_the_ways_on() {
        let html = render(&IndexPage::new("李四😀", Some("/avatars/abc".to_owned())));
        assert!(html.contains("<bdi>李四😀</bdi>"));
        assert!(html.contains("爱花公众号"));
        let tags = tags(&html);
        let image = tags.iter().find(|tag| tag.name == "img").unwrap();
        assert_eq!(image.attribute("src"), Some("/avatars/abc"));
        let form = tags.iter().find(|tag| tag.name == "form").unwrap();
        assert_eq!(
            (form.attribute("method"), form.attribute("action")),
            (Some("post"), Some("/logout"))
        );
        assert!(
            tags.iter()
                .any(|tag| tag.attribute("href") == Some("/register?next=%2F"))
        );
    }

    #[test]
    fn it_links_what_there_is() {
        let apps = [AppLink {
            name: "<b>小店".to_owned(),
            href: "https://shop.example/?a=\"&b=1".to_owned(),
        }];
        let html = render(&IndexPage::new("李四", None).with_apps(&apps).with_photos());
        let tags = tags(&html);
        let links: Vec<&str> = tags.iter().filter_map(|tag| tag.attribute("href")).collect();
        for href in ["https://shop.example/?a=\"&b=1", "/photos", "/me"] {
            assert!(links.contains(&href), "{href}: {links:?}");
        }
        assert!(html.contains("<bdi>&lt;b&gt;小店</bdi>"));
        assert!(!render(&IndexPage::new("李四", None)).contains("/photos"));
    }

    #[test]
    fn a_nickname_is_text_whatever_it_contains() {
        let html = render(&IndexPage::new("<img src=x onerror=alert(1)>\"'&\u{202e}abc", None));
        assert!(html.contains("<bdi>&lt;img src=x onerror=alert(1)&gt;"));
        assert!(!tags(&html).iter().any(|tag| tag.name == "img"));
    }

    #[test]
    fn what_is_drawn_without_an_avatar_is_text_whatever_the_nickname_is() {
        let html = render(&IndexPage::new("<script>", None));
        assert!(html.contains(">&lt;</text>") && !html.contains("<script>"), "{html}");
    }

    #[test]
    fn a_fan_without_a_visible_nickname_is_a_wechat_user() {
        for nickname in ["", "  ", "\u{200b}\u{200d}", "\u{3164}", "\u{202e}"] {
            let page = IndexPage::new(nickname, None);
            assert_eq!((page.nickname, page.initial), (None, None), "{nickname:?}");
            let html = render(&page);
            assert!(
                html.contains("<bdi>微信用户</bdi>") && html.contains("<circle") && !html.contains("<text"),
                "{nickname:?}"
            );
        }
    }

    #[test]
    fn the_initial_is_the_first_character_that_can_be_seen_whole() {
        for (nickname, initial) in [
            ("\u{200f}سلام", "س"),
            (" 李四", "李"),
            ("👨\u{200d}👩\u{200d}👧 一家人", "👨\u{200d}👩\u{200d}👧"),
            ("🇨🇳 中国", "🇨🇳"),
            ("e\u{301}a", "e\u{301}"),
            ("<b>", "<"),
        ] {
            assert_eq!(IndexPage::new(nickname, None).initial, Some(initial), "{nickname:?}");
        }
    }
}

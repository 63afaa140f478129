use serde::Serialize;

use crate::{
    domain::{NextPath, routes},
    views::{Page, links},
};

/// The index page of a signed-in fan.
#[derive(Debug, Serialize)]
pub struct IndexPage<'a> {
    /// None has the name that WeChat itself gives.
    nickname: Option<&'a str>,
    /// Shown if the avatar is missing or cannot be loaded.
    initial: Option<char>,
    avatar_url: Option<&'a str>,
    update_href: String,
    /// The fan's photos, where there are any.
    photos_href: Option<&'static str>,
}

impl<'a> IndexPage<'a> {
    /// `nickname` and `avatar_url` may be empty.
    pub fn new(nickname: &'a str, avatar_url: &'a str) -> Self {
        let initial = nickname.chars().find(|character| is_visible(*character));
        let loadable = avatar_url.starts_with("https://") || avatar_url.starts_with("http://");
        Self {
            nickname: initial.map(|_| nickname.trim()),
            initial,
            avatar_url: loadable.then_some(avatar_url),
            update_href: links::register(&NextPath::root()),
            photos_href: None,
        }
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
        let html = render(&IndexPage::new(
            "李四😀",
            "https://thirdwx.qlogo.cn/mmopen/vi_32/abc/132",
        ));
        assert!(html.contains("<bdi>李四😀</bdi>"));
        assert!(html.contains("爱花公众号"));
        let tags = tags(&html);
        let image = tags.iter().find(|tag| tag.name == "img").unwrap();
        assert_eq!(
            image.attribute("src"),
            Some("https://thirdwx.qlogo.cn/mmopen/vi_32/abc/132")
        );
        assert_eq!(image.attribute("referrerpolicy"), Some("no-referrer"));
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
    fn a_nickname_is_text_whatever_it_contains() {
        let html = render(&IndexPage::new("<img src=x onerror=alert(1)>\"'&\u{202e}abc", ""));
        assert!(html.contains("<bdi>&lt;img src=x onerror=alert(1)&gt;"));
        assert!(!tags(&html).iter().any(|tag| tag.name == "img"));
    }

    #[test]
    fn an_avatar_url_stays_within_its_attribute() {
        let html = render(&IndexPage::new("a", "https://x.invalid/\" onerror=\"alert(1)"));
        let tags = tags(&html);
        let image = tags.iter().find(|tag| tag.name == "img").unwrap();
        assert!(image.attribute("onerror").is_none());
    }

    #[test]
    fn a_fan_without_a_visible_nickname_is_a_wechat_user() {
        for nickname in ["", "  ", "\u{200b}\u{200d}", "\u{3164}", "\u{202e}"] {
            let page = IndexPage::new(nickname, "");
            assert_eq!((page.nickname, page.initial), (None, None), "{nickname:?}");
            let html = render(&page);
            assert!(
                html.contains("<bdi>微信用户</bdi>") && html.contains(">微</span>"),
                "{nickname:?}"
            );
        }
    }

    #[test]
    fn the_initial_is_the_first_character_that_can_be_seen() {
        for (nickname, initial) in [
            ("\u{200f}سلام", 'س'),
            (" 李四", '李'),
            ("👨\u{200d}👩", '👨'),
            ("<b>", '<'),
        ] {
            assert_eq!(IndexPage::new(nickname, "").initial, Some(initial), "{nickname:?}");
        }
    }

    #[test]
    fn only_a_web_url_is_an_avatar() {
        for url in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "//host/x",
            "ftp://host/x",
        ] {
            assert_eq!(IndexPage::new("a", url).avatar_url, None, "{url}");
        }
    }
}

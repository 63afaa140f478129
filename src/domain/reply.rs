//! What the account replies to a push (被动回复).

mod other_kinds;

use url::Url;

use super::{Malformed, PushValue, link::full_link};
use other_kinds::fields_of_kind;

/// The most bytes of a text. The platform's own page for customer messages says the same.
pub const MAX_REPLY_TEXT: usize = 2048;

/// The platform names no limit for these. A card shows a small part of this.
const MAX_TITLE: usize = 256;
const MAX_DESCRIPTION: usize = 1024;
const MAX_LINK: usize = 2048;
const MAX_MEDIA_ID: usize = 128;

/// A reply that the platform can show.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ReplyContent {
    /// A text. `<a href="…">` in it is a link.
    Text(String),
    /// One card with a link (图文消息).
    News {
        /// Never empty.
        title: String,
        /// Below the title.
        description: String,
        /// The picture's full URL. Empty: none.
        picture: String,
        /// The full URL of the page that a tap opens.
        url: String,
    },
    /// A picture among the account's material, by its media id.
    Image(String),
    /// Another kind, as a target in the platform's own envelope wrote it: a voice, a video, music, several cards, or the
    /// hand-over to the account's agents.
    Other {
        /// The `MsgType`.
        kind: String,
        /// The fields that belong to it.
        fields: Vec<(String, PushValue)>,
    },
}

impl ReplyContent {
    /// A text.
    ///
    /// # Errors
    /// [`Malformed`] if it is empty or too long for the platform, or has control characters.
    pub fn text(text: String) -> Result<Self, Malformed> {
        is_shown(&text, 1, MAX_REPLY_TEXT)
            .then_some(Self::Text(text))
            .ok_or(Malformed {
                what: "text",
                expected: "1 to 2048 bytes (a Chinese character has 3) without control characters",
            })
    }

    /// A card. A `picture` or `url` that begins with `/` becomes one of the site at `public_url`; without a picture it is
    /// empty.
    ///
    /// # Errors
    /// [`Malformed`] that names the wrong one.
    pub fn news(
        title: String,
        description: String,
        picture: &str,
        url: &str,
        public_url: &Url,
    ) -> Result<Self, Malformed> {
        let fits = |is_fitting: bool, what, expected| is_fitting.then_some(()).ok_or(Malformed { what, expected });
        fits(
            is_shown(&title, 1, MAX_TITLE),
            "title",
            "1 to 256 bytes (a Chinese character has 3) without control characters",
        )?;
        fits(
            is_shown(&description, 0, MAX_DESCRIPTION),
            "description",
            "1024 bytes at most (a Chinese character has 3), without control characters",
        )?;
        let picture = match picture {
            "" => String::new(),
            picture => link(picture, "picture", public_url)?,
        };
        Ok(Self::News {
            title,
            description,
            picture,
            url: link(url, "url", public_url)?,
        })
    }

    /// A picture.
    ///
    /// # Errors
    /// [`Malformed`] if it cannot be a media id.
    pub fn image(media_id: String) -> Result<Self, Malformed> {
        let is_id = (1..=MAX_MEDIA_ID).contains(&media_id.len()) && media_id.chars().all(|c| c.is_ascii_graphic());
        is_id.then_some(Self::Image(media_id)).ok_or(Malformed {
            what: "image",
            expected: "a media id as WeChat gave it: 1 to 128 letters and digits, no URL and no path of a file",
        })
    }

    /// A reply of another kind, from the fields of the whole reply. None: the platform has no such kind, or it is not whole.
    pub fn other(kind: &str, fields: &[(String, PushValue)]) -> Option<Self> {
        let fields = fields_of_kind(kind, fields)?;
        Some(Self::Other {
            kind: kind.to_owned(),
            fields,
        })
    }
}

fn link(text: &str, what: &'static str, public_url: &Url) -> Result<String, Malformed> {
    full_link(text, public_url)
        .filter(|link| is_shown(link, 1, MAX_LINK))
        .ok_or(Malformed {
            what,
            expected: "https://…, or a path of this site that begins with /; 2048 bytes at most",
        })
}

/// Whether a text has so many bytes, is not blank, and has nothing that XML cannot hold.
fn is_shown(text: &str, least: usize, most: usize) -> bool {
    let is_filled = least == 0 || !text.trim().is_empty();
    is_filled && text.len() <= most && !text.chars().any(is_unprintable)
}

/// Whether a reply must not hold the character: control characters except line breaks and tabs, and the two that XML has no
/// place for.
pub fn is_unprintable(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Url {
        Url::parse("https://fans.example/").unwrap()
    }

    fn news(title: &str, picture: &str, url: &str) -> Result<ReplyContent, Malformed> {
        ReplyContent::news(title.to_owned(), String::new(), picture, url, &site())
    }

    #[test]
    fn a_text_has_the_length_that_the_platform_takes() {
        let text = |text: String| ReplyContent::text(text).is_ok();
        assert!(text("你好\n第二行".to_owned()));
        assert!(text("x".repeat(2048)) && !text("x".repeat(2049)) && !text("你".repeat(683)));
        for refused in ["", " \n ", "a\u{8}b", "a\u{ffff}"] {
            assert!(!text(refused.to_owned()), "{refused:?}");
        }
    }

    #[test]
    fn a_card_has_full_links() {
        let expected = ReplyContent::News {
            title: "会员".to_owned(),
            description: String::new(),
            picture: "https://cdn.example/a.png".to_owned(),
            url: "https://fans.example/me".to_owned(),
        };
        assert_eq!(news("会员", "https://cdn.example/a.png", "/me"), Ok(expected));
        let wrong = |result: Result<ReplyContent, Malformed>| result.unwrap_err().what;
        assert_eq!(wrong(news("", "", "/me")), "title");
        assert_eq!(wrong(news("a", "a.png", "/me")), "picture");
        assert_eq!(wrong(news("a", "", "javascript:x")), "url");
        assert_eq!(wrong(news("a", "", &format!("/{}", "x".repeat(2048)))), "url");
    }

    #[test]
    fn a_picture_is_named_by_a_media_id() {
        assert!(ReplyContent::image("k2_Zx-9".to_owned()).is_ok());
        for refused in ["", "a b", "图", "a\n"] {
            assert!(ReplyContent::image(refused.to_owned()).is_err(), "{refused:?}");
        }
    }
}

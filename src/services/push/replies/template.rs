use url::Url;

use crate::domain::{MAX_REPLY_TEXT, Malformed, ReplyContent, is_unprintable};

/// The room that each `{nickname}` has in a text, in bytes: the 32 characters that a nickname has at most. A longer one is cut.
const MAX_NICKNAME: usize = 128;

const NICKNAME: &str = "nickname";
const SITE: &str = "site";

/// What a rule replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyTemplate(Form);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Text(Vec<Part>),
    Fixed(ReplyContent),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Nickname,
}

/// Why a text cannot be a reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TextFault {
    #[error("{{{0}}} is not known; there are {{nickname}} and {{site}}")]
    Placeholder(String),
    #[error("text would be empty for a fan whose nickname is not known; write more than {{nickname}}")]
    OnlyNickname,
    #[error(
        "text is too long: {length} bytes with {{site}} and {MAX_NICKNAME} for each {{nickname}}, and WeChat takes {MAX_REPLY_TEXT}; a Chinese character has 3"
    )]
    TooLong { length: usize },
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

impl ReplyTemplate {
    /// Reads the `text` of a rule. `{site}` becomes `public_url` without a slash at its end.
    pub(super) fn text(text: &str, public_url: &Url) -> Result<Self, TextFault> {
        let parts = parts(text, public_url.as_str().trim_end_matches('/'))?;
        let length: usize = parts.iter().map(Part::longest).sum();
        if length > MAX_REPLY_TEXT {
            return Err(TextFault::TooLong { length });
        }
        let form = Form::Text(parts);
        let nameless = form.reply(None);
        match &nameless {
            ReplyContent::Text(rest) if rest.trim().is_empty() && !text.trim().is_empty() => {
                return Err(TextFault::OnlyNickname);
            }
            ReplyContent::Text(rest) => ReplyContent::text(rest.clone())?,
            other => other.clone(),
        };
        Ok(Self(form))
    }

    pub(super) fn fixed(content: ReplyContent) -> Self {
        Self(Form::Fixed(content))
    }

    /// Whether the fan's nickname is in it: then it is worth a look into the database.
    pub fn has_nickname(&self) -> bool {
        matches!(&self.0, Form::Text(parts) if parts.contains(&Part::Nickname))
    }

    /// The reply for a fan with this nickname. None: it is not known, and nothing stands in its place.
    pub fn reply(&self, nickname: Option<&str>) -> ReplyContent {
        self.0.reply(nickname)
    }
}

impl Form {
    fn reply(&self, nickname: Option<&str>) -> ReplyContent {
        let nickname = nickname.map(harmless).unwrap_or_default();
        match self {
            Self::Fixed(content) => content.clone(),
            Self::Text(parts) => ReplyContent::Text(parts.iter().map(|part| part.filled(&nickname)).collect()),
        }
    }
}

impl Part {
    fn longest(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Nickname => MAX_NICKNAME,
        }
    }

    fn filled<'a>(&'a self, nickname: &'a str) -> &'a str {
        match self {
            Self::Text(text) => text,
            Self::Nickname => nickname,
        }
    }
}

/// The parts of a text. A word in braces must be a placeholder; other braces are braces.
fn parts(text: &str, site: &str) -> Result<Vec<Part>, TextFault> {
    let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some((before, behind)) = rest.split_once('{') {
        plain.push_str(before);
        rest = behind;
        let name = behind.split_once('}').filter(|(name, _)| is_word(name));
        let Some((name, after)) = name else {
            plain.push('{');
            continue;
        };
        rest = after;
        match name {
            NICKNAME => parts.extend([Part::Text(std::mem::take(&mut plain)), Part::Nickname]),
            SITE => plain.push_str(site),
            other => return Err(TextFault::Placeholder(other.to_owned())),
        }
    }
    plain.push_str(rest);
    parts.push(Part::Text(plain));
    Ok(parts)
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A nickname is the fan's own text. In a reply WeChat makes links of `<a href="…">`, and a lone `<` could break those of the
/// operator: other characters that look the same stand in their place.
fn harmless(nickname: &str) -> String {
    let mut harmless = String::new();
    for character in nickname.chars() {
        let character = match character {
            '<' => '‹',
            '>' => '›',
            '\n' | '\r' | '\t' => ' ',
            other if is_unprintable(other) => continue,
            other => other,
        };
        if harmless.len() + character.len_utf8() > MAX_NICKNAME {
            break;
        }
        harmless.push(character);
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Url {
        Url::parse("https://fans.example/").unwrap()
    }

    fn reply(text: &str, nickname: Option<&str>) -> String {
        match ReplyTemplate::text(text, &site()).unwrap().reply(nickname) {
            ReplyContent::Text(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_nickname_and_the_site_are_filled_in() {
        let text = "{nickname}你好：<a href=\"{site}/member\">会员</a> {nickname}";
        assert_eq!(
            reply(text, Some("小明")),
            "小明你好：<a href=\"https://fans.example/member\">会员</a> 小明"
        );
        assert_eq!(
            reply(text, None),
            "你好：<a href=\"https://fans.example/member\">会员</a> "
        );
        let has_nickname = |text| ReplyTemplate::text(text, &site()).unwrap().has_nickname();
        assert!(has_nickname(text) && !has_nickname("{site}"));
    }

    #[test]
    fn braces_that_are_no_placeholder_stay_and_a_misspelt_one_is_a_fault() {
        assert_eq!(
            reply("{^_^} {} { {{site}} }", None),
            "{^_^} {} { {https://fans.example} }"
        );
        let fault = ReplyTemplate::text("hi {nicknam}", &site()).unwrap_err();
        assert_eq!(fault, TextFault::Placeholder("nicknam".to_owned()));
    }

    #[test]
    fn a_nickname_is_only_a_name() {
        for (nickname, shown) in [
            (
                "<a href=\"https://x.example\">y</a>",
                "‹a href=\"https://x.example\"›y‹/a›",
            ),
            ("{site}{nickname}", "{site}{nickname}"),
            ("a\u{8}\nb\u{ffff}", "a b"),
        ] {
            assert_eq!(reply("x{nickname}", Some(nickname)), format!("x{shown}"));
        }
        let long = "😀".repeat(3000);
        let text = format!(
            "{{nickname}}{{nickname}}{}",
            "x".repeat(MAX_REPLY_TEXT - 2 * MAX_NICKNAME)
        );
        assert_eq!(reply(&text, Some(&long)).len(), MAX_REPLY_TEXT);
    }

    #[test]
    fn a_text_that_the_platform_would_not_show_is_refused() {
        let fault = |text: &str| ReplyTemplate::text(text, &site()).unwrap_err();
        assert_eq!(fault("{nickname} "), TextFault::OnlyNickname);
        assert!(matches!(fault(" \n"), TextFault::Malformed(_)));
        assert!(matches!(fault("a\u{8}"), TextFault::Malformed(_)));
        let long = format!("{{nickname}}{}", "x".repeat(MAX_REPLY_TEXT - MAX_NICKNAME + 1));
        assert_eq!(fault(&long), TextFault::TooLong { length: 2049 });
    }
}

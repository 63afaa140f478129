//! What WeChat and the browser say about a visitor's language.

use actix_web::http::header::{
    self, AcceptLanguage, HeaderMap, HeaderValue, Preference, Quality, from_comma_delimited,
};

use crate::domain::Language;

/// Before the language of WeChat's interface in its user agent: `Language/zh_CN`.
const WECHAT_TOKEN: &str = "Language/";

/// The longest user agent that is searched, in bytes. WeChat's have some 300.
const LONGEST_AGENT: usize = 2048;

/// The longest `Accept-Language` that is read, in bytes; the rest is left out before anything is parsed. Browsers send some
/// fifty.
const LONGEST_ACCEPTED: usize = 512;

/// The language of WeChat's own interface.
pub(super) fn of_wechat(headers: &HeaderMap) -> Option<Language> {
    let agent = headers.get(header::USER_AGENT)?.to_str().ok()?;
    let agent = agent.get(..LONGEST_AGENT).unwrap_or(agent);
    let mut words = agent.split_ascii_whitespace();
    let tag = words.find_map(|word| word.strip_prefix(WECHAT_TOKEN))?;
    Language::of_tag(tag)
}

/// The language that the browser accepts with the highest weight. Of equal ones the first.
pub(super) fn accepted(headers: &HeaderMap) -> Option<Language> {
    let header = shortened(headers.get(header::ACCEPT_LANGUAGE)?)?;
    let entries = from_comma_delimited(std::iter::once(&header));
    let AcceptLanguage(accepted) = entries.map(AcceptLanguage).ok()?;
    let spoken = accepted.into_iter().filter_map(|entry| match entry.item {
        Preference::Specific(tag) if entry.quality > Quality::ZERO => {
            Some((entry.quality, Language::of_tag(tag.as_str())?))
        }
        Preference::Specific(_) | Preference::Any => None,
    });
    let best = spoken.reduce(|best, other| if other.0 > best.0 { other } else { best });
    best.map(|(_, language)| language)
}

/// The entries of a header's first bytes.
fn shortened(header: &HeaderValue) -> Option<HeaderValue> {
    let bytes = header.as_bytes();
    let Some(first) = bytes.get(..LONGEST_ACCEPTED) else {
        return Some(header.clone());
    };
    let end = first.iter().rposition(|byte| *byte == b',')?;
    HeaderValue::from_bytes(first.get(..end)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: header::HeaderName, value: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_bytes(value).unwrap());
        headers
    }

    #[test]
    fn wechat_says_its_language_in_its_user_agent() {
        let table: [(&[u8], Option<Language>); 6] = [
            (
                b"MicroMessenger/8.0.31(0x18001f2e) NetType/4G Language/zh_CN",
                Some(Language::Chinese),
            ),
            (
                b"MicroMessenger/8.0.34 Language/zh_TW ABI/arm64",
                Some(Language::Chinese),
            ),
            (b"MicroMessenger/8.0.34 Language/en", Some(Language::English)),
            (b"MicroMessenger/8.0.34 Language/ja", None),
            (b"MicroMessenger/8.0.34 NoLanguage/en", None),
            (b"MicroMessenger \xff Language/en", None),
        ];
        for (agent, expected) in table {
            assert_eq!(of_wechat(&with(header::USER_AGENT, agent)), expected, "{agent:?}");
        }
    }

    #[test]
    fn the_browser_s_highest_weight_counts() {
        let late = format!("{},en", "fr,".repeat(200));
        let long = format!("{}en", "fr,".repeat(10_000));
        for (value, expected) in [
            ("en-GB,en;q=0.9,zh;q=0.8", Some(Language::English)),
            ("en;q=0.5, zh-TW;q=0.7", Some(Language::Chinese)),
            ("fr, de;q=0.9, en;q=0.1", Some(Language::English)),
            ("zh,en", Some(Language::Chinese)),
            ("en;q=0, *", None),
            ("ja", None),
            ("en;q=2;;, \u{e9}", None),
            ("", None),
            (&long, None),
            (&late, None),
        ] {
            let headers = with(header::ACCEPT_LANGUAGE, value.as_bytes());
            assert_eq!(accepted(&headers), expected, "{value:.40}");
        }
    }
}

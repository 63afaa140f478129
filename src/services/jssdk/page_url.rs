use percent_encoding::percent_decode_str;
use url::Url;

/// The most bytes of a page's URL, after decoding and with its fragment.
const MAX_BYTES: usize = 2048;

/// The URL of a page as its browser has it, without the fragment. The text is signed as it came: a browser's own form may
/// differ from a parser's, which only judges it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageUrl {
    text: String,
    parsed: Url,
}

/// Why a text is no URL of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageUrlError {
    /// The parameter is missing, given twice, too long, not UTF-8, or no URL.
    #[error("the URL of the page cannot be read")]
    Unreadable,
    /// A parser would read another URL than stands there: it leaves blanks, control characters and empty names of users out. Or
    /// the text can be read as that of another page when it is signed.
    #[error("the URL of the page is not as a browser has it")]
    Disguised,
}

impl PageUrl {
    /// The parameter `url` of a query, decoded once. A plus stays a plus: `encodeURIComponent` writes a space as `%20`.
    ///
    /// # Errors
    /// [`PageUrlError`].
    pub fn from_query(query: &str) -> Result<Self, PageUrlError> {
        let mut values = query.split('&').filter_map(|pair| pair.strip_prefix("url="));
        let (Some(encoded), None) = (values.next(), values.next()) else {
            return Err(PageUrlError::Unreadable);
        };
        let decoded = percent_decode_str(encoded).decode_utf8();
        Self::parse(&decoded.map_err(|_| PageUrlError::Unreadable)?)
    }

    /// Reads a URL.
    ///
    /// # Errors
    /// [`PageUrlError`].
    pub fn parse(text: &str) -> Result<Self, PageUrlError> {
        if text.len() > MAX_BYTES {
            return Err(PageUrlError::Unreadable);
        }
        let is_disguised = text.trim() != text
            || text.contains(char::is_control)
            || before_path(text).contains(['\\', '@'])
            || holds_another_url(text);
        if is_disguised {
            return Err(PageUrlError::Disguised);
        }
        let parsed = Url::parse(text).map_err(|_| PageUrlError::Unreadable)?;
        let text = text.split('#').next().unwrap_or_default().to_owned();
        Ok(Self { text, parsed })
    }

    /// The text that is signed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What a parser makes of it.
    pub(super) fn parsed(&self) -> &Url {
        &self.parsed
    }
}

/// A parser takes a backslash there for a slash, and what is before an `@` for somebody's name. A browser's own form has neither.
fn before_path(text: &str) -> &str {
    let rest = text.split_once(':').map_or(text, |(_, rest)| rest);
    let without_slashes = rest.trim_start_matches(['/', '\\']);
    let path = without_slashes.find(['/', '?', '#']);
    let after = path.map_or(0, |at| without_slashes.len().saturating_sub(at));
    text.get(..text.len().saturating_sub(after)).unwrap_or(text)
}

/// The signed text is `…&noncestr=N&timestamp=T&url=U`, and nothing in it is escaped. A page of another host could take all
/// before the last `&timestamp=` for its nonce, and what follows the last `&url=` for its own URL.
fn holds_another_url(text: &str) -> bool {
    let behind_time = text.split_once("&timestamp=").map(|(_, behind)| behind);
    behind_time.is_some_and(|behind| behind.contains("&url="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(query: &str) -> Result<String, PageUrlError> {
        PageUrl::from_query(query).map(|url| url.text)
    }

    #[test]
    fn the_url_is_decoded_once_and_kept_byte_for_byte_without_its_fragment() {
        for (query, expected) in [
            ("url=https%3A%2F%2Ffans.example%2F", "https://fans.example/"),
            ("url=https://fans.example", "https://fans.example"),
            (
                "_=1&url=https%3A%2F%2Ffans.example%2Fa%3Fb%3D1%26c%3D2",
                "https://fans.example/a?b=1&c=2",
            ),
            (
                "url=https%3A%2F%2Ffans.example%2F%25E5%2595%2586%23top%23x",
                "https://fans.example/%E5%95%86",
            ),
            ("url=https%3A%2F%2Ffans.example%2F%E5%95%86", "https://fans.example/商"),
            ("url=https%3A%2F%2Ffans.example%2Fa+b%2Bc", "https://fans.example/a+b+c"),
            (
                "url=HTTPS%3A%2F%2FFans.example%3A443%2Fa%2F..%2Fb",
                "HTTPS://Fans.example:443/a/../b",
            ),
            ("url=https%3A%2F%2Ffans.example%2Fa%5Cb", "https://fans.example/a\\b"),
        ] {
            assert_eq!(text(query).as_deref(), Ok(expected), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_url() {
        let long = format!("url=https://fans.example/{}", "a".repeat(MAX_BYTES));
        let long_with_fragment = format!("url=https://fans.example/%23{}", "a".repeat(MAX_BYTES));
        for query in [
            "",
            "url",
            "url=",
            "URL=https://fans.example/",
            "url=https://fans.example/&url=https://fans.example/",
            "url=%ff",
            "url=fans.example",
            "url=%2Fphotos",
            "url=https://",
            &long,
            &long_with_fragment,
        ] {
            assert_eq!(text(query), Err(PageUrlError::Unreadable), "{query}");
        }
    }

    #[test]
    fn the_longest_url_is_read() {
        let start = "https://fans.example/%25";
        let query = format!("url={start}{}", "a".repeat(MAX_BYTES - start.len() + 2));
        assert_eq!(text(&query).unwrap().len(), MAX_BYTES);
    }

    #[test]
    fn what_a_parser_would_read_otherwise_is_refused() {
        for query in [
            "url=%20https://fans.example/",
            "url=https://fans.example/%20",
            "url=https://fans.example/%0A",
            "url=ht%09tps://fans.example/",
            "url=https://fans.example/a%0D%0Ab",
            "url=https://fans.example/%00",
            "url=https://evil.example%5C@fans.example/",
            "url=https://fans.example%5C.evil.example/",
            "url=https:%5C%5Cfans.example/",
            "url=https:/%5Cfans.example/",
        ] {
            assert_eq!(text(query), Err(PageUrlError::Disguised), "{query}");
        }
    }
}

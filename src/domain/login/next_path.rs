use std::{fmt, sync::LazyLock};

use serde::{Deserialize, Serialize};
use url::{Origin, Url, form_urlencoded};

use crate::domain::routes;

/// Where a fan goes after a login: a path of this site, perhaps with a query and a fragment. Anything doubtful becomes
/// `/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct NextPath(String);

/// A base that no browser can be at. A path that leads to another site resolves to another origin.
static BASE: LazyLock<Option<Url>> = LazyLock::new(|| Url::parse("https://site.invalid/").ok());

impl NextPath {
    /// Longest path that is kept, in bytes, in its normalized form.
    pub const MAX_LEN: usize = 256;

    /// The site's index page.
    pub fn root() -> Self {
        Self(routes::INDEX.to_owned())
    }

    /// Reads `next` from a query, decoded once. Two of them are doubtful and become `/`.
    pub fn from_query(query: &str) -> Self {
        let mut given = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "next");
        match (given.next(), given.next()) {
            (Some((_, next)), None) => Self::parse(&next),
            _ => Self::root(),
        }
    }

    /// Reads an already decoded `next`. Returns [`Self::root`] for anything that could lead elsewhere.
    pub fn parse(text: &str) -> Self {
        if text == routes::INDEX {
            return Self::root();
        }
        Self::try_parse(text).unwrap_or_else(Self::root)
    }

    /// The path as it goes into a `Location` header: ASCII, beginning with exactly one slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path alone, without query and fragment.
    pub fn path(&self) -> &str {
        self.0.split(['?', '#']).next().unwrap_or_default()
    }

    /// Whether this is the index page.
    pub fn is_root(&self) -> bool {
        self.0 == routes::INDEX
    }

    fn try_parse(text: &str) -> Option<Self> {
        let is_safe =
            |character: char| character != '\\' && character != char::REPLACEMENT_CHARACTER && !character.is_control();
        if !text.starts_with('/') || text.len() > Self::MAX_LEN || !text.chars().all(is_safe) {
            return None;
        }
        let base = BASE.as_ref()?;
        let url = base.join(text).ok()?;
        let path = url.path();
        if !same_site(base, &url) || path.contains("//") || hides_a_separator(path) || is_login_route(path) {
            return None;
        }
        // Browsers encode `^` in a path, as the URL Standard says. The parser does not.
        let mut emitted = path.replace('^', "%5E");
        let query = url.query().and_then(without_language);
        for (mark, part) in [('?', query.as_deref()), ('#', url.fragment())] {
            if let Some(part) = part {
                emitted.push(mark);
                emitted.push_str(part);
            }
        }
        (emitted.len() <= Self::MAX_LEN).then_some(Self(emitted))
    }
}

/// A choice of a language was kept in its cookie. Here it would undo a later one.
fn without_language(query: &str) -> Option<String> {
    let is_language = |pair: &str| pair.starts_with("lang=");
    if !query.split('&').any(is_language) {
        return Some(query.to_owned());
    }
    let others: Vec<&str> = query.split('&').filter(|pair| !is_language(pair)).collect();
    (!others.is_empty()).then(|| others.join("&"))
}

fn same_site(base: &Url, url: &Url) -> bool {
    let origin: Origin = url.origin();
    origin == base.origin() && url.username().is_empty() && url.password().is_none()
}

/// An encoded slash, backslash or control character gets another meaning if the path is decoded once more.
fn hides_a_separator(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut escapes = lower.split('%').skip(1);
    escapes.any(|rest| {
        let hidden = ["2f", "5c", "7f", "25"].iter().any(|escape| rest.starts_with(escape));
        hidden || rest.starts_with('0') || rest.starts_with('1')
    })
}

fn is_login_route(path: &str) -> bool {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let bare = decoded.trim_end_matches('/');
    routes::LOGIN_ROUTES
        .iter()
        .any(|route| bare.eq_ignore_ascii_case(route))
}

impl From<String> for NextPath {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<NextPath> for String {
    fn from(next: NextPath) -> Self {
        next.0
    }
}

impl fmt::Display for NextPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_site_is_kept_and_normalized() {
        let table = [
            ("/", "/"),
            ("/photos", "/photos"),
            (
                "/photos?page=2&from=https://a.example/",
                "/photos?page=2&from=https://a.example/",
            ),
            ("/a/../b", "/b"),
            ("/a/./b#top", "/a/b#top"),
            ("/活动", "/%E6%B4%BB%E5%8A%A8"),
            ("/@host", "/@host"),
            ("/a:b", "/a:b"),
            ("/loginname", "/loginname"),
            ("/a b", "/a%20b"),
            ("/a^b?c^d", "/a%5Eb?c^d"),
            ("/a?lang=en&b=c&lang=zh#d", "/a?b=c#d"),
            ("/a?language=en", "/a?language=en"),
            ("/a?lang=en#b", "/a#b"),
            ("/a?", "/a?"),
        ];
        for (given, expected) in table {
            assert_eq!(NextPath::parse(given).as_str(), expected, "for {given:?}");
        }
    }

    #[test]
    fn anything_doubtful_is_the_root() {
        let long = format!("/{}", "a".repeat(256));
        let grows = format!("/{}", "活".repeat(40));
        let table = [
            "",
            "photos",
            "?a",
            "#a",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " //evil.example",
            "/\u{0}",
            "/\u{7f}",
            "/\u{85}",
            "https://evil.example/",
            "https:/evil.example",
            "javascript:alert(1)",
            "/.//evil.example",
            "/..//evil.example",
            "/a//b",
            "/a/..//evil.example",
            "/%2f/evil.example",
            "/%2F%2Fevil.example",
            "/%5cevil.example",
            "/a%0d%0aSet-Cookie:x",
            "/a%00",
            "/%252fevil.example",
            "/\u{fffd}",
            &long,
            &grows,
        ];
        for given in table {
            assert_eq!(NextPath::parse(given), NextPath::root(), "for {given:?}");
        }
    }

    #[test]
    fn a_login_route_is_no_destination() {
        let table = [
            "/login",
            "/login?next=/a",
            "/login/",
            "/Login",
            "/%6Cogin",
            "/a/../login",
            "/register",
            "/welcome?x",
            "/logout",
            "/wechat/callback?code=x",
            "/wechat%2fcallback",
            "/signed-out#x",
            "/wechat/%63allback",
        ];
        for given in table {
            assert_eq!(NextPath::parse(given), NextPath::root(), "for {given:?}");
        }
    }

    #[test]
    fn parsing_twice_changes_nothing() {
        for given in ["/a b?c d#e f", "/活动?名=值", "/a/./b", "/x?y=%2f%2f"] {
            let once = NextPath::parse(given);
            assert_eq!(NextPath::parse(once.as_str()), once, "for {given:?}");
        }
    }
}

//! The link to the same page in the other language.

use actix_web::{HttpRequest, http::Method};

use crate::domain::{Language, routes};

/// The parameter by which a visitor chooses a language.
pub(super) const PARAMETER: &str = "lang";

/// The longest query that the link repeats, in bytes. A `next` has at most 256, or three times as many when encoded.
const LONGEST_QUERY: usize = 1024;

/// Parameters by which the platform brings back a login. No link repeats them.
const OF_LOGIN: [&str; 2] = ["code", "state"];

/// The link, relative to the page's own URL, so that it cannot lead to another site. None where the page cannot be loaded
/// again: after a form, and at the callback, whose code is spent.
pub(super) fn to_other(request: &HttpRequest, language: Language) -> Option<String> {
    let can_reload = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_callback =
        request.path() == routes::CALLBACK || request.match_pattern().as_deref() == Some(routes::CALLBACK);
    let query = request.query_string();
    if !can_reload || is_callback || query.len() > LONGEST_QUERY || pairs(query).any(is_of_login) {
        return None;
    }
    let mut href = String::with_capacity(query.len().saturating_add(9));
    href.push('?');
    for pair in pairs(query).filter(|pair| name(pair) != PARAMETER) {
        href.extend([pair, "&"]);
    }
    href.extend([PARAMETER, "=", language.code()]);
    Some(href)
}

fn pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|pair| !pair.is_empty())
}

fn name(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

fn is_of_login(pair: &str) -> bool {
    OF_LOGIN.contains(&name(pair))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn link(uri: &str) -> Option<String> {
        to_other(&TestRequest::get().uri(uri).to_http_request(), Language::English)
    }

    #[test]
    fn it_keeps_the_query_and_replaces_the_language() {
        for (uri, expected) in [
            ("/", "?lang=en"),
            ("/welcome?next=%2Fshop%3Fa%3D1", "?next=%2Fshop%3Fa%3D1&lang=en"),
            ("/welcome?lang=zh&next=%2F&lang=en", "?next=%2F&lang=en"),
            ("/signed-out?declined=1&lang", "?declined=1&lang=en"),
            ("//evil.example/?a", "?a&lang=en"),
        ] {
            assert_eq!(link(uri).as_deref(), Some(expected), "{uri}");
        }
    }

    #[test]
    fn a_page_that_cannot_be_loaded_again_has_none() {
        for uri in [
            "/wechat/callback",
            "/wechat/callback?lang=en",
            "/anywhere?code=x&state=y",
            "/anywhere?a&state=y",
            &format!("/?{}", "a".repeat(LONGEST_QUERY + 1)),
        ] {
            assert_eq!(link(uri), None, "{uri:.40}");
        }
        let form = TestRequest::post().uri("/logout").to_http_request();
        assert_eq!(to_other(&form, Language::English), None);
    }
}

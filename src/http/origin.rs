//! Where a request was sent from, as browsers say it.

use actix_web::http::header::{self, HeaderMap, HeaderName};
use url::{Origin, Url};

/// Browsers put the relation between the sending page and us here.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a request comes from a page of exactly this origin: by `Origin`, or by `Referer` in browsers that send no
/// origin with a form. `Sec-Fetch-Site` may only contradict that: `same-site` is a neighbour, and foreign.
pub fn comes_from(headers: &HeaderMap, ours: &Origin) -> bool {
    let is_foreign = |value: &[u8]| matches!(value, b"same-site" | b"cross-site");
    if headers
        .get_all(SEC_FETCH_SITE)
        .any(|value| is_foreign(value.as_bytes()))
    {
        return false;
    }
    let named_by = [header::ORIGIN, header::REFERER];
    let Some(name) = named_by.into_iter().find(|name| headers.contains_key(name)) else {
        return false;
    };
    headers
        .get_all(name)
        .all(|value| value.to_str().ok().and_then(origin_of).as_ref() == Some(ours))
}

fn origin_of(text: &str) -> Option<Origin> {
    Url::parse(text).ok().map(|url| url.origin()).filter(Origin::is_tuple)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn counts(sent: &[(&'static str, &'static str)]) -> bool {
        let ours = Url::parse("https://fans.example").unwrap().origin();
        let request = sent
            .iter()
            .fold(TestRequest::post(), |request, header| request.append_header(*header));
        comes_from(request.to_http_request().headers(), &ours)
    }

    #[test]
    fn only_our_own_origin_counts() {
        let table = [
            ("origin", "https://fans.example", true),
            ("origin", "https://fans.example:443", true),
            ("origin", "http://fans.example", false),
            ("origin", "https://fans.example.evil.example", false),
            ("origin", "null", false),
            ("origin", "", false),
            ("referer", "https://fans.example/", true),
            ("referer", "https://evil.example/?https://fans.example", false),
        ];
        for (name, value, expected) in table {
            assert_eq!(counts(&[(name, value)]), expected, "{name}: {value}");
        }
        assert!(!counts(&[]));
    }

    #[test]
    fn a_sibling_host_is_foreign_whatever_else_is_sent() {
        let ours = ("origin", "https://fans.example");
        assert!(!counts(&[("origin", "https://shop.fans.example")]));
        assert!(!counts(&[ours, ("sec-fetch-site", "same-site")]));
        assert!(!counts(&[ours, ("sec-fetch-site", "cross-site")]));
        assert!(counts(&[ours, ("sec-fetch-site", "same-origin")]));
        let referer = ("referer", "https://fans.example/");
        assert!(
            !counts(&[("origin", "https://shop.fans.example"), referer]),
            "a referer replaces no origin"
        );
        assert!(!counts(&[referer, ("sec-fetch-site", "same-site")]));
    }

    #[test]
    fn of_several_origins_each_must_be_ours() {
        let ours = ("origin", "https://fans.example");
        assert!(!counts(&[ours, ("origin", "https://evil.example")]));
        assert!(!counts(&[("origin", "https://evil.example"), ours]));
    }
}

//! The one further site to which the form of a page may lead.

use url::{Origin, Url};

/// An origin that `form-action` names beside our own, in a route group whose policy allows it. A handler puts it into the
/// extensions of its response. Chromium checks the whole chain of redirects that follows a form, so a form whose
/// redirects end at an app must name that app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTarget(String);

impl FormTarget {
    /// The origin of a URL that was compared with the settings before. `None` if it is neither http nor https, or if its
    /// host has a letter with a meaning in a policy: a host may hold `;`, `,` and `*`.
    pub fn of(url: &Url) -> Option<Self> {
        let is_web = matches!(url.scheme(), "https" | "http");
        let origin = Some(url.origin()).filter(Origin::is_tuple).filter(|_| is_web)?;
        let text = origin.ascii_serialization();
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._:/[]".contains(letter);
        text.chars().all(is_plain).then_some(Self(text))
    }

    /// The origin, as a policy names it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_the_origin_of_a_web_address_and_nothing_else() {
        for (url, expected) in [
            ("https://app.example/cb?x=1", Some("https://app.example")),
            ("http://localhost:3000/", Some("http://localhost:3000")),
            ("https://Bücher.example/", Some("https://xn--bcher-kva.example")),
            ("https://user:pass@app.example:8443/", Some("https://app.example:8443")),
            ("com.example.app:/callback", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("https://a.example/;script-src *", Some("https://a.example")),
            ("https://a;script-src", None),
            ("https://*.example", None),
            ("https://a,b.example", None),
        ] {
            let target = FormTarget::of(&Url::parse(url).unwrap());
            assert_eq!(target.as_ref().map(FormTarget::as_str), expected, "{url}");
        }
    }
}

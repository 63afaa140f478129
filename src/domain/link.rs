use url::Url;

/// The link in `text`: a full `http` or `https` URL, or a path of the site at `public_url`, which begins with `/`.
/// `None` if WeChat could not open it.
pub fn full_link(text: &str, public_url: &Url) -> Option<String> {
    // To a browser `//host` and `/\host` are other sites.
    let is_own = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    let url = if is_own {
        public_url.join(text)
    } else {
        Url::parse(text)
    };
    let url = url.ok()?;
    let is_opened = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    is_opened.then(|| if is_own { url.to_string() } else { text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_url_of_the_site_and_other_links_stay() {
        let site = Url::parse("https://fans.example/").unwrap();
        let link = |text| full_link(text, &site);
        assert_eq!(link("/member?from=1").unwrap(), "https://fans.example/member?from=1");
        assert_eq!(link("https://shop.example/旧").unwrap(), "https://shop.example/旧");
        for refused in [
            "",
            "member",
            "//other.example/",
            "/\\other.example",
            "javascript:alert(1)",
            "ftp://x.example/",
        ] {
            assert_eq!(link(refused), None, "{refused}");
        }
    }
}

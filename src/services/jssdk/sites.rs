use std::sync::Arc;

use url::{Origin, Url};

use super::PageUrl;
use crate::domain::{AppHost, Application};

/// Whose pages get signatures.
#[derive(Debug, Clone)]
pub struct JsSdkSites {
    own: Origin,
    /// Of apps with `jssdk = true`.
    hosts: Arc<[AppHost]>,
}

impl JsSdkSites {
    /// The site at `public_url`, and those of `apps` that have `jssdk = true`.
    pub fn new(public_url: &Url, apps: &[Application]) -> Self {
        let hosts = apps.iter().filter(|app| app.jssdk).flat_map(|app| app.hosts.iter());
        Self {
            own: public_url.origin(),
            hosts: hosts.cloned().collect(),
        }
    }

    /// Whether a page is one of these sites: at `server.public_url` by scheme, host and port, or at a host of an app by
    /// https at port 443. A URL with a user name or a password is never a page's.
    pub fn contain(&self, page: &PageUrl) -> bool {
        let url = page.parsed();
        // A `blob:` has the origin of the page that made it.
        let is_page = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        is_page && (url.origin() == self.own || self.is_app(url))
    }

    /// Whether `origin`, as the header says it, is that of an app. The text is compared as it is: browsers send one form.
    pub fn has_app_at(&self, origin: &str) -> bool {
        let name = origin.strip_prefix("https://");
        name.is_some_and(|name| self.hosts.iter().any(|host| host.as_str() == name))
    }

    fn is_app(&self, url: &Url) -> bool {
        let is_https = url.scheme() == "https" && url.port().is_none();
        let name = url.host_str().filter(|_| is_https);
        name.is_some_and(|name| self.hosts.iter().any(|host| host.as_str() == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ApplicationId;

    fn sites(public_url: &str) -> JsSdkSites {
        let app = |id, host, jssdk| Application {
            id: ApplicationId::parse(id).unwrap(),
            name: String::new(),
            url: None,
            hosts: [AppHost::parse(host).unwrap()].into(),
            jssdk,
            api: [].into(),
            api_key_sha256: None,
        };
        let apps = [app("shop", "shop.example", true), app("crm", "crm.example", false)];
        JsSdkSites::new(&Url::parse(public_url).unwrap(), &apps)
    }

    fn are_ours(sites: &JsSdkSites, url: &str) -> bool {
        PageUrl::parse(url).is_ok_and(|url| sites.contain(&url))
    }

    #[test]
    fn pages_of_this_site_and_of_apps_are_signed_for() {
        let ours = sites("https://fans.example");
        for url in [
            "https://fans.example",
            "https://fans.example:443/photos?from=singlemessage",
            "https://shop.example/#/list",
            "https://shop.example:443/a@b",
            "https://SHOP.example/",
        ] {
            assert!(are_ours(&ours, url), "{url}");
        }
        assert!(are_ours(
            &sites("http://localhost:8080"),
            "http://localhost:8080/photos"
        ));
        assert!(are_ours(
            &sites("https://fans.example:8443"),
            "https://fans.example:8443/"
        ));
    }

    #[test]
    fn no_other_page_is() {
        let ours = sites("https://fans.example");
        for url in [
            "http://fans.example/",
            "https://fans.example:8443/",
            "https://fans.example.evil.example/",
            "https://evil.example/?https://fans.example/",
            "https://evil.example/#https://fans.example/",
            "https://a.fans.example/",
            "https://fans.example./",
            "https://fans.example@evil.example/",
            "https://user@fans.example/",
            "https://@fans.example/",
            "https://:@shop.example/",
            "https://shop.example/?a&timestamp=1&url=https://evil.example/",
            "https://:password@shop.example/",
            "http://shop.example/",
            "https://shop.example:444/",
            "https://www.shop.example/",
            "https://xshop.example/",
            "https://crm.example/",
            "ftp://shop.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "blob:https://other.example/1",
            "file:///etc/passwd",
            "https://127.0.0.1/",
        ] {
            assert!(!are_ours(&ours, url), "{url}");
        }
    }

    /// A `blob:` URL has the origin of the page that made it, and is never the URL of a page that WeChat opens.
    #[test]
    fn a_blob_is_no_page() {
        assert!(!are_ours(&sites("https://fans.example"), "blob:https://fans.example/1"));
    }

    #[test]
    fn only_the_exact_origin_of_an_app_may_ask_from_its_pages() {
        let ours = sites("https://fans.example");
        assert!(ours.has_app_at("https://shop.example"));
        for origin in [
            "http://shop.example",
            "https://shop.example:443",
            "https://shop.example/",
            "https://SHOP.example",
            "https://www.shop.example",
            "https://crm.example",
            "https://fans.example",
            "null",
            "",
        ] {
            assert!(!ours.has_app_at(origin), "{origin}");
        }
    }
}

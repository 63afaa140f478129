use url::Url;

use crate::domain::NextPath;

/// Where and how the site is served.
#[derive(Debug, Clone)]
pub struct PublicSite {
    /// `server.public_url`. Our own URL comes only from here, never from a request.
    pub url: Url,
    /// Whether a login needs WeChat's own browser.
    pub require_app: bool,
}

impl PublicSite {
    /// Whether the site is served over https.
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The URL of one of our routes, with `next` as a parameter.
    pub fn url_of(&self, route: &str, next: &NextPath) -> String {
        let mut url = self.url.clone();
        url.set_path(route);
        if !next.is_root() {
            url.query_pairs_mut().append_pair("next", next.as_str());
        }
        url.into()
    }
}

use std::sync::Arc;

use url::Url;

use crate::{
    audit::RefusalTrail,
    domain::NextPath,
    services::{
        fans::Fans,
        login::Logins,
        sessions::{SessionRevocations, Sessions},
    },
    views::Views,
};

/// What the handlers of one worker thread share.
pub struct AppState {
    /// Where and how the site is served.
    pub site: PublicSite,
    /// The pages.
    pub views: Arc<Views>,
    /// How long a sign-in lasts.
    pub sessions: Sessions,
    /// Sessions that ended before their time.
    pub revocations: SessionRevocations,
    /// Where it is written who was refused.
    pub refusals: RefusalTrail,
    /// Logins.
    pub logins: Logins,
    /// Fans.
    pub fans: Fans,
}

/// Where and how the site is served.
#[derive(Debug, Clone)]
pub struct PublicSite {
    /// `server.public_url`: the only source of our own address.
    pub url: Url,
    /// Whether a login needs WeChat's own browser.
    pub require_app: bool,
}

impl PublicSite {
    /// Whether the site is served over https.
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The address of one of our routes, with the place to go afterwards.
    pub fn address(&self, route: &str, next: &NextPath) -> String {
        let mut url = self.url.clone();
        url.set_path(route);
        if !next.is_root() {
            url.query_pairs_mut().append_pair("next", next.as_str());
        }
        url.into()
    }
}

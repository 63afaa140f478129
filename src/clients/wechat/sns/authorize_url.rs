use url::{Url, form_urlencoded::Serializer};

use crate::domain::{AppId, LoginState, Scope};

/// Builds the URL of the authorize page (网页授权, step 1).
#[derive(Debug, Clone)]
pub struct AuthorizeUrl {
    /// The part that is the same for every login: the page, and the query up to the scope.
    common_part: String,
}

/// Room for the part that differs: scope, state and fragment.
const SUFFIX_CAPACITY: usize = 112;

impl AuthorizeUrl {
    /// `open_url` is the base of the platform's pages, `redirect_uri` the URL of our callback.
    pub fn new(open_url: &Url, app_id: &AppId, redirect_uri: &Url) -> Self {
        let mut page = open_url.clone();
        page.set_path(&format!(
            "{}/connect/oauth2/authorize",
            open_url.path().trim_end_matches('/')
        ));
        page.query_pairs_mut()
            .append_pair("appid", app_id.as_str())
            .append_pair("redirect_uri", redirect_uri.as_str())
            .append_pair("response_type", "code");
        Self {
            common_part: page.into(),
        }
    }

    /// The URL to send a browser to. The parameters must be in the documented order: for any other the platform shows
    /// 该链接无法访问.
    /// `force_popup`: the consent page is shown also to a fan whom the platform would not ask.
    pub fn for_login(&self, scope: Scope, state: &LoginState, force_popup: bool) -> String {
        let mut url = String::with_capacity(self.common_part.len().saturating_add(SUFFIX_CAPACITY));
        url.push_str(&self.common_part);
        // The start of the query does not matter: there are parameters before these.
        let mut url = Serializer::for_suffix(url, 0);
        url.append_pair("scope", scope.as_str());
        url.append_pair("state", state.expose());
        if force_popup {
            url.append_pair("forcePopup", "true");
        }
        url.finish() + "#wechat_redirect"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn for_login(scope: Scope, force_popup: bool) -> (String, LoginState) {
        let open_url = Url::parse("https://open.weixin.qq.com").unwrap();
        let callback = Url::parse("https://fans.example/wechat/callback").unwrap();
        let builder = AuthorizeUrl::new(&open_url, &AppId::parse("wx0000000000000000").unwrap(), &callback);
        let state = LoginState::parse(&"0".repeat(40)).unwrap();
        (builder.for_login(scope, &state, force_popup), state)
    }

    #[test]
    fn the_authorize_url_has_the_documented_order_and_fragment() {
        let (url, state) = for_login(Scope::Base, false);
        assert_eq!(
            url,
            format!(
                "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0000000000000000\
                 &redirect_uri=https%3A%2F%2Ffans.example%2Fwechat%2Fcallback&response_type=code\
                 &scope=snsapi_base&state={}#wechat_redirect",
                state.expose()
            )
        );
    }

    #[test]
    fn a_forced_consent_page_is_asked_for_before_the_fragment() {
        let (url, state) = for_login(Scope::UserInfo, true);
        let end = format!(
            "&scope=snsapi_userinfo&state={}&forcePopup=true#wechat_redirect",
            state.expose()
        );
        assert!(url.ends_with(&end), "{url}");
    }
}

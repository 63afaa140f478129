//! The authorize link: read as strictly as the platform reads it.

mod bad_link;
mod parameters;

use url::Url;

use crate::{account_settings::AccountSettings, grant::Scope};
pub use bad_link::BadLink;
use parameters::Parameters;

/// A link that may be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    redirect_uri: Url,
    pub scope: Scope,
    state: Option<String>,
    /// `forceSnapShot=true`.
    pub snapshot: bool,
}

impl Link {
    /// Reads the query of an authorize link. Of several faults the platform shows the first in this order.
    ///
    /// # Errors
    ///
    /// The page that the platform would show.
    pub fn read(query: &str, app_id: &str, settings: &AccountSettings) -> Result<Self, BadLink> {
        let parameters = Parameters::parse(query)?;
        parameters.check_app_id(app_id)?;
        let redirect_uri = parameters.redirect_uri(settings)?;
        parameters.check_response_type()?;
        let scope = parameters.scope(settings)?;
        let state = parameters.state()?;
        parameters.flag("forcePopup")?;
        let snapshot = parameters.flag("forceSnapShot")?;
        Ok(Self {
            redirect_uri,
            scope,
            state,
            snapshot,
        })
    }

    /// Where the browser goes: code and state are appended to the query of `redirect_uri`. Without a code the fan declined.
    pub fn target(&self, code: Option<&str>) -> String {
        let mut target = self.redirect_uri.clone();
        if code.is_some() || self.state.is_some() {
            let mut query = target.query_pairs_mut();
            query.extend_pairs(code.map(|code| ("code", code)));
            query.extend_pairs(self.state.as_deref().map(|state| ("state", state)));
        }
        target.into()
    }

    /// The host that the fan is sent back to, as the page shows it.
    pub fn host(&self) -> &str {
        self.redirect_uri.host_str().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account_settings::SettingsStore,
        push::{PushConfig, PushSettings},
    };

    const APP: &str = "wx0123456789abcdef";

    fn read(query: &str) -> Result<Link, BadLink> {
        let push = PushSettings::new(PushConfig::default()).unwrap();
        Link::read(
            query,
            APP,
            &SettingsStore::new(vec!["www.example.com".into()], push).current(),
        )
    }

    fn number(query: &str) -> i64 {
        read(query).unwrap_err().number
    }

    #[test]
    fn the_documented_order_is_read() {
        let link = read(&format!(
            "appid={APP}&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcb%3Fa%3D1&response_type=code&scope=snsapi_userinfo\
             &state=abc123&forcePopup=true&forceSnapShot=true&connect_redirect=1"
        ))
        .unwrap();
        assert_eq!(
            link.target(Some("C0de")),
            "https://www.example.com/cb?a=1&code=C0de&state=abc123"
        );
        assert_eq!(link.target(None), "https://www.example.com/cb?a=1&state=abc123");
        assert!(link.snapshot);
    }

    #[test]
    fn a_refusal_without_a_state_leaves_the_url_alone() {
        let link = read(&format!(
            "appid={APP}&redirect_uri=https%3A%2F%2Fwww.example.com%2F%23top&response_type=code&scope=snsapi_base"
        ))
        .unwrap();
        assert_eq!(link.target(None), "https://www.example.com/#top");
        assert_eq!(link.target(Some("x")), "https://www.example.com/?code=x#top");
    }

    #[test]
    fn any_other_order_cannot_be_reached() {
        let redirect = "redirect_uri=http%3A%2F%2Flocalhost%2F";
        for query in [
            format!("{redirect}&appid={APP}&response_type=code&scope=snsapi_base"),
            format!("appid={APP}&{redirect}&response_type=code&state=a&scope=snsapi_base"),
            format!("appid={APP}&{redirect}&response_type=code&scope=snsapi_base&state=a&state=a"),
            format!("appid={APP}&{redirect}&response_type=code&scope=snsapi_base&other=1"),
            format!("appid={APP}&{redirect}&response_type=token&scope=snsapi_base"),
            format!("appid={APP}&{redirect}&response_type=code&scope=snsapi_base&forceSnapShot=1"),
        ] {
            assert_eq!(read(&query).unwrap_err().message, "该链接无法访问", "{query}");
        }
    }

    #[test]
    fn what_is_missing_has_its_own_number() {
        let redirect = "redirect_uri=http%3A%2F%2Flocalhost%2F";
        assert_eq!(
            number(&format!("{redirect}&response_type=code&scope=snsapi_base")),
            10012
        );
        assert_eq!(
            number(&format!(
                "appid={APP}&redirect_uri=&response_type=code&scope=snsapi_base"
            )),
            10011
        );
        assert_eq!(
            number(&format!("appid={APP}&{redirect}&response_type=code&scope=")),
            10010
        );
        assert_eq!(
            number(&format!(
                "appid={APP}&{redirect}&response_type=code&scope=snsapi_base&state="
            )),
            10013
        );
        assert_eq!(
            number(&format!("appid={APP}&{redirect}&response_type=code&scope=snsapi_login")),
            10005
        );
        assert_eq!(
            number(&format!("appid=wx0&{redirect}&response_type=code&scope=snsapi_base")),
            40013
        );
        let foreign = "redirect_uri=https%3A%2F%2Fevil.test%2F";
        assert_eq!(
            number(&format!("appid={APP}&{foreign}&response_type=code&scope=snsapi_base")),
            10003
        );
    }

    #[test]
    fn a_state_is_letters_and_digits_up_to_128_bytes() {
        let start =
            format!("appid={APP}&redirect_uri=http%3A%2F%2Flocalhost%2F&response_type=code&scope=snsapi_base&state=");
        assert!(read(&format!("{start}{}", "a".repeat(128))).is_ok());
        assert!(read(&format!("{start}{}", "a".repeat(129))).is_err());
        for state in ["a-b", "a_b", "a.b", "a%3D", "%E4%B8%AD"] {
            assert!(read(&format!("{start}{state}")).is_err(), "{state}");
        }
    }
}

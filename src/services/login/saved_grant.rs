//! The grant of a login that could not be completed. It is kept sealed for five minutes, and reloading completes the login.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    clients::wechat::Grant,
    domain::{OpenId, Scope},
    services::{
        login::PendingLogin,
        sealing::{SealError, Sealer},
    },
};

#[derive(Serialize, Deserialize)]
struct SavedGrant {
    openid: OpenId,
    access_token: String,
    expires_in: u32,
    refresh_token: String,
    unionid: Option<String>,
}

/// Seals a grant for its login. It never belongs to a snapshot fan: those are refused before a grant is saved.
pub(super) fn seal(sealer: &Sealer, grant: &Grant, login: &PendingLogin) -> Result<String, SealError> {
    // A silent login needs only the openid. Its tokens have no use.
    let needed = |token: &SecretString| match login.scope {
        Scope::Base => String::new(),
        Scope::UserInfo => token.expose_secret().to_owned(),
    };
    let grant = SavedGrant {
        openid: grant.openid.clone(),
        access_token: needed(&grant.access_token),
        expires_in: grant.expires_in,
        refresh_token: needed(&grant.refresh_token),
        unionid: grant.unionid.clone(),
    };
    sealer.seal(&grant, &context(login))
}

/// Opens a grant that was sealed for the same login. None if it belongs to another.
pub(super) fn open(sealer: &Sealer, sealed: &str, login: &PendingLogin) -> Option<Grant> {
    let saved: SavedGrant = sealer.open(sealed, &context(login))?;
    Some(Grant {
        openid: saved.openid,
        access_token: saved.access_token.into(),
        expires_in: saved.expires_in,
        refresh_token: saved.refresh_token.into(),
        unionid: saved.unionid,
        is_snapshot: false,
    })
}

fn context(login: &PendingLogin) -> String {
    format!("grant:{}", login.state.expose())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{AppId, Clock, ConsentVersion, LoginState, NextPath, Random},
        services::sealing::KeyUse,
        settings::SessionKey,
    };

    fn login(scope: Scope) -> PendingLogin {
        let state = LoginState::random(&Random::system());
        let begun_at = Clock::system().now();
        PendingLogin {
            state,
            scope,
            next: NextPath::root(),
            consent_version: ConsentVersion::BUILT_IN,
            begun_at,
            begun_at_ms: 0,
            number: 1,
        }
    }

    fn sealer() -> Sealer {
        let app_id = AppId::parse("wx0000000000000001").unwrap();
        Sealer::derive(
            &SessionKey::new([7; 64]).into(),
            &app_id,
            KeyUse::LoginOutcome,
            Random::system(),
        )
    }

    fn grant() -> Grant {
        Grant {
            openid: OpenId::parse("oMadeUp").unwrap(),
            access_token: "made-up-access".into(),
            expires_in: 7200,
            refresh_token: "made-up-refresh".into(),
            unionid: None,
            is_snapshot: false,
        }
    }

    #[test]
    fn a_grant_opens_for_its_own_login_only() {
        let sealer = sealer();
        let (ours, other) = (login(Scope::UserInfo), login(Scope::UserInfo));
        let sealed = seal(&sealer, &grant(), &ours).unwrap();
        let opened = open(&sealer, &sealed, &ours).unwrap();
        assert_eq!(opened.access_token.expose_secret(), "made-up-access");
        assert!(open(&sealer, &sealed, &other).is_none());
    }

    #[test]
    fn a_silent_logins_tokens_are_not_saved() {
        let sealer = sealer();
        let login = login(Scope::Base);
        let opened = open(&sealer, &seal(&sealer, &grant(), &login).unwrap(), &login).unwrap();
        assert_eq!(opened.openid.as_str(), "oMadeUp");
        assert!(opened.access_token.expose_secret().is_empty() && opened.refresh_token.expose_secret().is_empty());
    }
}

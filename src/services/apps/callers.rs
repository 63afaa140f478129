//! Finds out who calls the internal API, and slows down who presents wrong keys.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use super::{
    Apps, Caller, CallerName,
    relay_tokens::{RelayTokenError, RelayTokens},
};
use crate::{
    audit::{Refusal, RefusalTrail},
    resilience::{IpRateLimit, OverLimit},
    services::sealing::SealError,
};

/// How many wrong keys one IP may present in a minute. A key cannot be guessed at any rate; the limit keeps an app with an old
/// key from keeping fanpass busy. Right keys do not count and always pass, so that such an app does not lock out another one
/// at the same IP.
const WRONG_KEYS_PER_MINUTE: u32 = 60;

/// Knows the callers of one account. Clones share the count of wrong keys.
#[derive(Clone)]
pub struct ApiCallers {
    apps: Apps,
    tokens: RelayTokens,
    wrong_keys: IpRateLimit,
    refusals: RefusalTrail,
}

/// Why it is not known who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallerError {
    /// Nobody has this key.
    #[error("nobody has this key")]
    UnknownKey,
    /// Nobody has this key, and neither had anybody those before.
    #[error("too many wrong keys from one IP address")]
    TooManyWrongKeys(OverLimit),
    /// The token of the relay was good, and has expired.
    #[error("the token of the relay has expired")]
    TokenExpired,
    /// The token of the relay is good no more: the app's key, `SESSION_KEY` or the token itself was changed.
    #[error("the token of the relay is not valid")]
    TokenInvalid,
}

impl ApiCallers {
    /// Callers with the keys of `apps`, or with `tokens` of the relay. Who is refused is recorded in `refusals`.
    pub fn new(apps: Apps, tokens: RelayTokens, refusals: RefusalTrail) -> Self {
        Self {
            apps,
            tokens,
            wrong_keys: IpRateLimit::per_minute(WRONG_KEYS_PER_MINUTE),
            refusals,
        }
    }

    /// The owner of a key.
    ///
    /// # Errors
    /// [`CallerError`].
    pub fn by_key(&self, key: &str, from: Option<IpAddr>) -> Result<&Caller, CallerError> {
        let caller = self.apps.by_key(key);
        caller.ok_or_else(|| self.wrong_key(from, CallerError::UnknownKey))
    }

    /// The owner of a key who says that they are `name`: the id of an app, or `ops`.
    ///
    /// # Errors
    /// [`CallerError`].
    pub fn by_name_and_key(&self, name: &str, key: &str, from: Option<IpAddr>) -> Result<&Caller, CallerError> {
        let caller = self.apps.by_name_and_key(name, key);
        caller.ok_or_else(|| self.wrong_key(from, CallerError::UnknownKey))
    }

    /// The owner of a token of the relay, with the rights that they have now.
    ///
    /// # Errors
    /// [`CallerError`].
    pub fn by_relay_token(&self, token: &SecretString, from: Option<IpAddr>) -> Result<&Caller, CallerError> {
        let grant = match self.tokens.open(token) {
            Ok(grant) => grant,
            Err(RelayTokenError::Expired) => return Err(CallerError::TokenExpired),
            Err(RelayTokenError::Unknown) => return Err(self.wrong_key(from, CallerError::TokenInvalid)),
        };
        let owner = self.apps.by_name(&grant.owner).filter(|(_, key)| grant.is_of(key));
        // Not a wrong key: the app was removed or has another key since, and asks for a token anew.
        owner.map(|(caller, _)| caller).ok_or(CallerError::TokenInvalid)
    }

    /// The owner of a key, or of a token of the relay.
    ///
    /// # Errors
    /// [`CallerError`].
    pub fn by_key_or_relay_token(&self, text: &SecretString, from: Option<IpAddr>) -> Result<&Caller, CallerError> {
        let owner = self.apps.by_key(text.expose_secret());
        owner.map_or_else(|| self.by_relay_token(text, from), Ok)
    }

    /// A token of the relay for `owner`. None: they have no key any more.
    ///
    /// # Errors
    /// [`SealError`], which does not happen.
    pub fn issue_relay_token(&self, owner: &CallerName) -> Result<Option<SecretString>, SealError> {
        let owner = self.apps.by_name(owner);
        owner
            .map(|(caller, key)| self.tokens.issue(&caller.name, key))
            .transpose()
    }

    /// Records that a caller asked for what they have no right to.
    pub fn note_missing_right(&self, from: Option<IpAddr>) {
        self.refusals.record(Refusal::ApiRight, None, from);
    }

    fn wrong_key(&self, from: Option<IpAddr>, error: CallerError) -> CallerError {
        self.refusals.record(Refusal::ApiKey, None, from);
        let over = from.and_then(|ip| self.wrong_keys.admit(ip).err());
        over.map_or(error, CallerError::TooManyWrongKeys)
    }
}

#[cfg(test)]
pub mod testing {
    //! Callers of an account, for tests of the layers above.

    use super::*;
    use crate::{
        domain::{ApiKeyDigest, AppId, Application, ApplicationId, Clock, Random, TimeZone},
        services::sealing::{KeyUse, Sealer},
        settings::{ApiKeys, SessionKey},
        telemetry::{self, events::AccountEvents},
    };

    /// The callers of one account whose app `shop` has this key.
    pub fn callers(clock: &Clock, key: &str) -> ApiCallers {
        let account = AppId::parse("wx0000000000000001").unwrap();
        let keys = SessionKey::new([7; 64]).into();
        let sealer = Sealer::derive(&keys, &account, KeyUse::RelayToken, Random::system());
        let tokens = RelayTokens::new(sealer, clock.clone());
        let id = ApplicationId::parse("shop").unwrap();
        let keys = ApiKeys {
            ops: None,
            apps: [(id.clone(), ApiKeyDigest::of(key))].into(),
        };
        let shop = Application {
            name: id.to_string(),
            id,
            hosts: [].into(),
            jssdk: false,
            url: None,
            api: [].into(),
            api_key_sha256: None,
        };
        let (metrics, utc) = (telemetry::metrics().account(&account), TimeZone::parse("UTC").unwrap());
        let events = AccountEvents::new(metrics, clock.clone(), utc);
        let refusals = RefusalTrail::new(account, events, clock.clone());
        ApiCallers::new(Apps::new(&[shop], &keys), tokens, refusals)
    }
}

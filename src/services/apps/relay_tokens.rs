//! Virtual credentials: what `cgi-bin/token` and `stable_token` of the relay give out in place of the account's token.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::CallerName;
use crate::{
    domain::{ApiKeyDigest, Clock, Timestamp},
    services::sealing::{SealError, Sealer},
};

/// How long a token of the relay is good: as long as the platform's own.
pub const RELAY_TOKEN_SECONDS: u32 = 7200;

/// Every token of the relay begins so. Tokens of the platform do not, so that people can tell which one they look at.
const PREFIX: &str = "fanpass_";

/// Sealed values of one use have one context here.
const CONTEXT: &str = "relay";

/// Issues and reads the tokens with which an application calls the platform through the relay of one account.
#[derive(Clone)]
pub struct RelayTokens {
    sealer: Sealer,
    clock: Clock,
}

/// What a good token says. Its holder has the rights that the owner has now, if the key is still theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayGrant {
    /// Whom it was issued to.
    pub owner: CallerName,
    key: KeyMark,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelayTokenError {
    /// It was good once. The platform answers 42001 for such a token.
    #[error("the token has expired")]
    Expired,
    /// It is none of ours. The platform answers 40001 for such a token.
    #[error("not a token of the relay")]
    Unknown,
}

/// Recognises the key that a token was issued for: a token ends when its owner's key is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeyMark(String);

#[derive(Serialize, Deserialize)]
struct Content {
    owner: String,
    key: KeyMark,
    until: i64,
}

/// Whether this looks like a token of the relay, good or not. A key may look so, too.
pub fn is_relay_token(text: &SecretString) -> bool {
    text.expose_secret().starts_with(PREFIX)
}

impl KeyMark {
    fn of(key: &ApiKeyDigest) -> Self {
        let mark = Sha256::new()
            .chain_update(b"fanpass relay token key")
            .chain_update(key.as_bytes());
        Self(hex::encode(mark.finalize()))
    }
}

impl RelayTokens {
    /// Tokens that `sealer` seals, which is one for [`KeyUse::RelayToken`](crate::services::sealing::KeyUse::RelayToken).
    pub const fn new(sealer: Sealer, clock: Clock) -> Self {
        Self { sealer, clock }
    }

    /// A token for `owner`, whose key is `key`, good for [`RELAY_TOKEN_SECONDS`].
    ///
    /// # Errors
    /// [`SealError`], which does not happen.
    pub fn issue(&self, owner: &CallerName, key: &ApiKeyDigest) -> Result<SecretString, SealError> {
        let content = Content {
            owner: owner.to_string(),
            key: KeyMark::of(key),
            until: self.clock.now().plus_seconds(RELAY_TOKEN_SECONDS.into()).unix_seconds(),
        };
        Ok(format!("{PREFIX}{}", self.sealer.seal(&content, CONTEXT)?).into())
    }

    /// Reads a token.
    ///
    /// # Errors
    /// [`RelayTokenError`].
    pub fn open(&self, token: &SecretString) -> Result<RelayGrant, RelayTokenError> {
        let sealed = token.expose_secret().strip_prefix(PREFIX);
        let content = sealed.and_then(|sealed| self.sealer.open::<Content>(sealed, CONTEXT));
        let content = content.ok_or(RelayTokenError::Unknown)?;
        if self.clock.now() >= Timestamp::from_unix_seconds(content.until) {
            return Err(RelayTokenError::Expired);
        }
        Ok(RelayGrant {
            owner: CallerName::parse(&content.owner).map_err(|_| RelayTokenError::Unknown)?,
            key: content.key,
        })
    }
}

impl RelayGrant {
    /// Whether the token was issued for this key.
    pub fn is_of(&self, key: &ApiKeyDigest) -> bool {
        self.key == KeyMark::of(key)
    }
}

impl fmt::Debug for RelayTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RelayTokens")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{AppId, Random},
        services::sealing::KeyUse,
        settings::SessionKey,
    };

    fn tokens(account: u8, clock: &Clock) -> RelayTokens {
        let account = AppId::parse(&format!("wx{account:016}")).unwrap();
        let keys = SessionKey::new([7; 64]).into();
        let sealer = Sealer::derive(&keys, &account, KeyUse::RelayToken, Random::system());
        RelayTokens::new(sealer, clock.clone())
    }

    fn shop() -> CallerName {
        CallerName::parse("shop").unwrap()
    }

    #[test]
    fn a_token_is_good_for_two_hours_and_then_an_expired_one() {
        let clock = Clock::system();
        let (tokens, key) = (tokens(1, &clock), ApiKeyDigest::of("made-up key"));
        let token = tokens.issue(&shop(), &key).unwrap();
        assert!(
            token.expose_secret().len() < 512,
            "as long as the platform's own may be"
        );
        let grant = tokens.open(&token).unwrap();
        assert!(grant.owner == shop() && grant.is_of(&key));
        clock.step_wall(i64::from(RELAY_TOKEN_SECONDS) - 1);
        assert!(tokens.open(&token).is_ok());
        clock.step_wall(1);
        assert_eq!(tokens.open(&token), Err(RelayTokenError::Expired));
    }

    #[test]
    fn a_token_ends_with_the_key_it_was_issued_for() {
        let (tokens, key) = (tokens(1, &Clock::system()), ApiKeyDigest::of("made-up key"));
        let token = tokens.issue(&shop(), &key).unwrap();
        assert!(!tokens.open(&token).unwrap().is_of(&ApiKeyDigest::of("another key")));
    }

    #[test]
    fn what_the_relay_of_this_account_did_not_issue_is_unknown() {
        let clock = Clock::system();
        let (ours, key) = (tokens(1, &clock), ApiKeyDigest::of("made-up key"));
        let token = ours.issue(&shop(), &key).unwrap();
        assert_eq!(
            tokens(2, &clock).open(&token),
            Err(RelayTokenError::Unknown),
            "another account"
        );
        let text = token.expose_secret();
        for wrong in [
            "",
            PREFIX,
            "80_made-up",
            &text[1..],
            &text[PREFIX.len()..],
            &format!("{text}A"),
            &text.to_lowercase(),
        ] {
            assert_eq!(ours.open(&wrong.into()), Err(RelayTokenError::Unknown), "{wrong:?}");
        }
    }
}

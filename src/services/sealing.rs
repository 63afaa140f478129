//! Derives keys from `SESSION_KEY`, and seals values with them.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chacha20poly1305::{
    Key, Tag, XChaCha20Poly1305, XNonce,
    aead::{AeadInPlace, KeyInit},
};
use hkdf::Hkdf;
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use sha2::Sha256;

use crate::{
    domain::{AppId, Random},
    settings::{SessionKey, SessionKeys},
};

const NONCE: usize = 24;
const TAG: usize = 16;

/// Initial capacity in bytes; most sealed values are shorter.
const ROOM: usize = 512;

/// What a derived key is for. Each use has its own key, so that a value sealed for one does not open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// The cookie of a pending login.
    PendingLogin,
    /// The cookie of the login loop guard.
    LoginRestart,
    /// Web tokens in the cache.
    WebToken,
    /// Outcomes of codes and saved grants, in the cache.
    LoginOutcome,
    /// Tokens of the relay.
    RelayToken,
    /// The account's token and ticket, in the cache.
    AccountToken,
    /// What is passed on to a target, in its job.
    Forward,
    /// Answers to pushes, in the database.
    PushAnswer,
    /// Links by which an app shows a photo, for five minutes.
    PhotoLink,
}

impl KeyUse {
    const fn label(self) -> &'static str {
        match self {
            Self::PendingLogin => "fanpass pending login v2",
            Self::LoginRestart => "fanpass login restart v2",
            Self::WebToken => "fanpass web token v2",
            Self::LoginOutcome => "fanpass login outcome v2",
            Self::RelayToken => "fanpass relay token v1",
            Self::AccountToken => "fanpass account token v1",
            Self::Forward => "fanpass forward v1",
            Self::PushAnswer => "fanpass push answer v1",
            Self::PhotoLink => "fanpass photo link v1",
        }
    }
}

/// Why a value could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The value has no JSON form.
    #[error("the value cannot be written as JSON")]
    Serialize(#[from] serde_json::Error),
    /// The cipher failed, which happens only for values of many gigabytes.
    #[error("the cipher refused")]
    Cipher,
}

/// Seals values of one account into URL-safe text with XChaCha20-Poly1305. The text cannot be read or forged, and opens only
/// for the same account and with the context for which it was sealed. The account's current key seals, each of its keys
/// opens.
#[derive(Clone)]
pub struct Sealer {
    current: XChaCha20Poly1305,
    also: Vec<XChaCha20Poly1305>,
    app_id: AppId,
    random: Random,
}

impl Sealer {
    /// The sealer of one account for one use.
    pub fn derive(keys: &SessionKeys, app_id: &AppId, key_use: KeyUse, random: Random) -> Self {
        let cipher = |key| {
            let derived: [u8; 32] = derive(key, app_id, key_use.label());
            XChaCha20Poly1305::new(Key::from_slice(&derived))
        };
        Self {
            current: cipher(keys.current()),
            also: keys.also().iter().map(cipher).collect(),
            app_id: app_id.clone(),
            random,
        }
    }

    /// Seals `value`. It opens only with the same `context`.
    ///
    /// # Errors
    /// [`SealError`] for a value that has no JSON form.
    pub fn seal<T: Serialize>(&self, value: &T, context: &str) -> Result<String, SealError> {
        let nonce = self.random.bytes::<NONCE>();
        let mut sealed = Vec::with_capacity(ROOM);
        sealed.extend_from_slice(&nonce);
        serde_json::to_writer(&mut sealed, value)?;
        let (nonce, text) = sealed.split_at_mut_checked(NONCE).ok_or(SealError::Cipher)?;
        let tag = self
            .current
            .encrypt_in_place_detached(XNonce::from_slice(nonce), &self.associated_data(context), text)
            .map_err(|_| SealError::Cipher)?;
        sealed.extend_from_slice(&tag);
        Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens a value that [`Self::seal`] made with one of the account's keys and the same context. None for anything else.
    pub fn open<T: DeserializeOwned>(&self, sealed: &str, context: &str) -> Option<T> {
        self.open_with(std::iter::once(&self.current).chain(&self.also), sealed, context)
    }

    /// Whether the current key sealed this. An older one may have, if not.
    pub fn is_current(&self, sealed: &str, context: &str) -> bool {
        let opened: Option<IgnoredAny> = self.open_with(std::iter::once(&self.current), sealed, context);
        opened.is_some()
    }

    fn open_with<'a, T: DeserializeOwned>(
        &'a self,
        mut ciphers: impl Iterator<Item = &'a XChaCha20Poly1305>,
        sealed: &str,
        context: &str,
    ) -> Option<T> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, rest) = bytes.split_at_checked(NONCE)?;
        let (text, tag) = rest.split_last_chunk::<TAG>()?;
        let (nonce, tag, context) = (
            XNonce::from_slice(nonce),
            Tag::from_slice(tag),
            self.associated_data(context),
        );
        let text = ciphers.find_map(|cipher| {
            let mut text = text.to_vec();
            let opened = cipher.decrypt_in_place_detached(nonce, &context, &mut text, tag);
            opened.is_ok().then_some(text)
        })?;
        serde_json::from_slice(&text).ok()
    }

    /// What a sealed value is bound to, besides its key. An AppID has a fixed length, so no two pairs look the same.
    fn associated_data(&self, context: &str) -> Vec<u8> {
        [self.app_id.as_str(), context].concat().into_bytes()
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sealer(…)")
    }
}

/// The 64 bytes that encrypt and sign the session cookie of one account.
pub fn session_cookie_key(key: &SessionKey, app_id: &AppId) -> [u8; 64] {
    derive(key, app_id, "fanpass session cookie v2")
}

/// Two accounts with the same `SESSION_KEY` still have different keys.
fn derive<const N: usize>(key: &SessionKey, app_id: &AppId, label: &str) -> [u8; N] {
    let mut derived = [0; N];
    let label = [label, app_id.as_str()];
    // This fails only beyond 255 blocks of 32 bytes. The lengths here are fixed and shorter.
    let expanded = Hkdf::<Sha256>::new(None, key.expose()).expand_multi_info(&label.map(str::as_bytes), &mut derived);
    debug_assert!(expanded.is_ok());
    derived
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(digit: u8) -> AppId {
        AppId::parse(&format!("wx{digit:016}")).unwrap()
    }

    fn sealer(key_use: KeyUse) -> Sealer {
        Sealer::derive(&SessionKey::new([7; 64]).into(), &account(1), key_use, Random::system())
    }

    #[test]
    fn what_is_sealed_opens_again() {
        let sealed = sealer(KeyUse::WebToken).seal(&"made-up", "context").unwrap();
        assert!(!sealed.contains("made-up"));
        assert_eq!(
            sealer(KeyUse::WebToken).open::<String>(&sealed, "context").as_deref(),
            Some("made-up")
        );
    }

    #[test]
    fn it_opens_for_no_other_use_context_key_or_account_and_not_when_changed() {
        let ours = sealer(KeyUse::WebToken);
        let sealed = ours.seal(&"made-up", "context").unwrap();
        assert_eq!(sealer(KeyUse::LoginOutcome).open::<String>(&sealed, "context"), None);
        assert_eq!(ours.open::<String>(&sealed, "other"), None);
        for (key, digit) in [(8, 1), (7, 2)] {
            let key = SessionKey::new([key; 64]).into();
            let other = Sealer::derive(&key, &account(digit), KeyUse::WebToken, Random::system());
            assert_eq!(other.open::<String>(&sealed, "context"), None);
        }
        for wrong in [
            "",
            "A",
            "AAAA",
            &sealed[1..],
            &format!("{sealed}A"),
            &sealed.to_lowercase(),
            "粉丝",
        ] {
            assert_eq!(ours.open::<String>(wrong, "context"), None, "{wrong:?}");
        }
    }

    #[test]
    fn every_key_opens_and_only_the_current_one_seals() {
        let (old, new) = (SessionKey::new([7; 64]), SessionKey::new([8; 64]));
        let sealer = |keys: SessionKeys| Sealer::derive(&keys, &account(1), KeyUse::WebToken, Random::system());
        let (only_old, only_new) = (sealer(old.clone().into()), sealer(new.clone().into()));
        let both = sealer(SessionKeys::new(new, vec![old]));
        let opens = |by: &Sealer, sealed: &str| by.open::<String>(sealed, "context").is_some();
        let seal = |by: &Sealer| by.seal(&"made-up", "context").unwrap();
        assert!(opens(&both, &seal(&only_old)) && opens(&both, &seal(&only_new)));
        assert!(opens(&only_new, &seal(&both)) && !opens(&only_old, &seal(&both)));
    }

    #[test]
    fn the_associated_data_names_the_account() {
        let ours = sealer(KeyUse::WebToken);
        let same_key = Sealer {
            app_id: account(2),
            ..ours.clone()
        };
        let sealed = ours.seal(&"made-up", "context").unwrap();
        assert_eq!(same_key.open::<String>(&sealed, "context"), None, "even under one key");
    }

    #[test]
    fn the_session_cookies_key_is_of_full_length_and_another_for_each_account() {
        let key = session_cookie_key(&SessionKey::new([7; 64]), &account(1));
        assert_ne!(key, session_cookie_key(&SessionKey::new([7; 64]), &account(2)));
        assert_ne!(key[..32], key[32..]);
        assert_ne!(key, [0; 64]);
    }
}

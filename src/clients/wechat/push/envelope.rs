//! The sealed envelope (消息加解密说明): AES-256-CBC over random bytes, the length, the message, and whom it is for.

use aes::{
    Aes256,
    cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit, block_padding::NoPadding},
};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::signature::{is_signature, signature};
use crate::domain::{AppId, EncodingAesKey, PushKeys, PushToken, Random};

const RANDOM: usize = 16;
const LENGTH: usize = 4;
/// The padding fills blocks of 32 bytes, although the cipher's have 16.
const PADDING_BLOCK: usize = 32;

/// Why an envelope could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The signature is not that of this text.
    #[error("the signature of the sealed message is wrong")]
    Signature,
    /// None of our keys opens it.
    #[error("no EncodingAESKey opens the sealed message")]
    Sealed,
    /// It was sealed for another account.
    #[error("the sealed message is for another AppID")]
    OtherAccount,
}

/// An opened message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The message.
    pub message: Vec<u8>,
    /// The key that opened it, which also seals the reply.
    pub key: EncodingAesKey,
}

/// A sealed message and what shows that it is genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEnvelope {
    /// The message, sealed, in Base64: `Encrypt`.
    pub encrypt: String,
    /// `MsgSignature`.
    pub signature: String,
    /// Seconds since 1970.
    pub timestamp: String,
    /// A number that is used once.
    pub nonce: String,
}

impl SealedEnvelope {
    /// Seals and signs `message`.
    pub fn seal(
        message: &[u8],
        (token, key): (&PushToken, &EncodingAesKey),
        app_id: &AppId,
        (timestamp, nonce): (&str, &str),
        random: &Random,
    ) -> Self {
        let encrypt = seal_with(message, key, app_id, &random.bytes());
        Self {
            signature: signature(&[token.expose(), timestamp, nonce, &encrypt]),
            encrypt,
            timestamp: timestamp.to_owned(),
            nonce: nonce.to_owned(),
        }
    }

    /// Checks the signature, and opens the message with the first key that fits.
    ///
    /// # Errors
    /// [`EnvelopeError`].
    pub fn open(&self, keys: &PushKeys, app_id: &AppId) -> Result<Opened, EnvelopeError> {
        let parts = [keys.token.expose(), &self.timestamp, &self.nonce, &self.encrypt];
        if !is_signature(&self.signature, &parts) {
            return Err(EnvelopeError::Signature);
        }
        let sealed = BASE64_STANDARD
            .decode(self.encrypt.trim())
            .map_err(|_| EnvelopeError::Sealed)?;
        let mut error = EnvelopeError::Sealed;
        for key in &keys.aes_keys {
            match open_with(&sealed, key, app_id) {
                Ok(message) => {
                    return Ok(Opened {
                        message,
                        key: key.clone(),
                    });
                }
                Err(EnvelopeError::OtherAccount) => error = EnvelopeError::OtherAccount,
                Err(_) => {}
            }
        }
        Err(error)
    }
}

fn seal_with(message: &[u8], key: &EncodingAesKey, app_id: &AppId, random: &[u8; RANDOM]) -> String {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut plain = Vec::with_capacity(RANDOM + LENGTH + message.len() + 2 * PADDING_BLOCK);
    plain.extend_from_slice(random);
    plain.extend_from_slice(&length.to_be_bytes());
    plain.extend_from_slice(message);
    plain.extend_from_slice(app_id.as_str().as_bytes());
    let padding = PADDING_BLOCK - plain.len() % PADDING_BLOCK;
    plain.resize(plain.len() + padding, u8::try_from(padding).unwrap_or_default());
    let cipher = cbc::Encryptor::<Aes256>::new(key.as_bytes().into(), &iv(key).into());
    BASE64_STANDARD.encode(cipher.encrypt_padded_vec_mut::<NoPadding>(&plain))
}

fn open_with(sealed: &[u8], key: &EncodingAesKey, app_id: &AppId) -> Result<Vec<u8>, EnvelopeError> {
    let cipher = cbc::Decryptor::<Aes256>::new(key.as_bytes().into(), &iv(key).into());
    let plain = cipher
        .decrypt_padded_vec_mut::<NoPadding>(sealed)
        .map_err(|_| EnvelopeError::Sealed)?;
    let (message, receiver) = split(&plain).ok_or(EnvelopeError::Sealed)?;
    match receiver == app_id.as_str().as_bytes() {
        true => Ok(message.to_vec()),
        // With the wrong key the receiver is garbage.
        false if receiver.is_ascii() => Err(EnvelopeError::OtherAccount),
        false => Err(EnvelopeError::Sealed),
    }
}

/// The message and whom it is for. None: the padding or the length is wrong.
fn split(plain: &[u8]) -> Option<(&[u8], &[u8])> {
    let padding = usize::from(*plain.last()?);
    if !(1..=PADDING_BLOCK).contains(&padding) {
        return None;
    }
    let content = plain.get(..plain.len().checked_sub(padding)?)?;
    let (length, rest) = content.get(RANDOM..)?.split_first_chunk::<LENGTH>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    rest.split_at_checked(length)
}

/// The first bytes of the key are the initialization vector, as the platform wants it.
fn iv(key: &EncodingAesKey) -> [u8; RANDOM] {
    let mut iv = [0; RANDOM];
    iv.iter_mut().zip(key.as_bytes()).for_each(|(to, from)| *to = *from);
    iv
}

#[cfg(test)]
mod tests;

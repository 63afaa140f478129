//! Whether a push is genuine, and what it says.

use serde::Deserialize;

use crate::{
    clients::wechat::push::{EnvelopeError, SealedEnvelope, is_signature, parse},
    domain::{AppId, EncodingAesKey, PushKeys, PushMessage, Timestamp},
};

/// The longest nonce or `echostr`, in bytes. The platform's have 20 at most.
const MAX_WORD: usize = 256;

/// The parameters of a push.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PushQuery {
    signature: Option<String>,
    timestamp: Option<String>,
    nonce: Option<String>,
    echostr: Option<String>,
    encrypt_type: Option<String>,
    msg_signature: Option<String>,
}

/// Why a push is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushRefusal {
    /// A parameter is missing, or has not its form.
    #[error("the parameter {0} is missing or malformed")]
    Parameter(&'static str),
    /// The signature is not that of our Token.
    #[error("the signature is not that of our Token")]
    Signature,
    /// The timestamp is too far from our clock.
    #[error("the timestamp is {0} s away from our clock")]
    Stale(i64),
    /// The message is not sealed, and there is a key.
    #[error("the message is not sealed although an EncodingAESKey is set")]
    NotSealed,
    /// The sealed message cannot be opened.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Another message came with the same timestamp and nonce.
    #[error("another message had the same timestamp and nonce")]
    NonceTaken,
}

/// A genuine push.
#[derive(Debug, Clone)]
pub struct ReceivedPush {
    /// The message as it came, opened.
    pub body: Vec<u8>,
    /// What it says. None: it cannot be read.
    pub message: Option<PushMessage>,
    /// The key that opened it, which seals the reply. None: it was not sealed.
    pub key: Option<EncodingAesKey>,
    /// When it was signed, in seconds since 1970.
    pub timestamp: String,
    /// A number that is used once.
    pub nonce: String,
}

/// The timestamp and nonce of something that the platform signed, and what they were signed for.
#[derive(Debug, Clone)]
pub struct PushStamp {
    pub(super) timestamp: String,
    pub(super) nonce: String,
    pub(super) body: Vec<u8>,
}

impl ReceivedPush {
    pub(super) fn stamp(&self) -> PushStamp {
        PushStamp {
            timestamp: self.timestamp.clone(),
            nonce: self.nonce.clone(),
            body: self.body.clone(),
        }
    }
}

/// Checks what the platform's server posts to one account.
#[derive(Debug, Clone)]
pub struct PushReceiver {
    /// The account.
    pub app_id: AppId,
    /// What it shares with the platform.
    pub keys: PushKeys,
    /// How far a timestamp may be from our clock.
    pub max_age_seconds: i64,
    /// Whether a message may be plain although there is a key.
    pub accept_plain: bool,
}

impl PushReceiver {
    /// The text with which a verification of our URL is answered (验证服务器地址的有效性), and what it uses up.
    ///
    /// # Errors
    /// [`PushRefusal`].
    pub fn verify(&self, query: &PushQuery, now: Timestamp) -> Result<(String, PushStamp), PushRefusal> {
        let echo = word("echostr", query.echostr.as_ref())?;
        self.check_signature(query)?;
        self.check_age(query, now)?;
        let stamp = PushStamp {
            timestamp: word("timestamp", query.timestamp.as_ref())?.to_owned(),
            nonce: word("nonce", query.nonce.as_ref())?.to_owned(),
            body: format!("verify {echo}").into_bytes(),
        };
        Ok((echo.to_owned(), stamp))
    }

    /// Checks and opens a push.
    ///
    /// # Errors
    /// [`PushRefusal`].
    pub fn open(&self, query: &PushQuery, body: &[u8], now: Timestamp) -> Result<ReceivedPush, PushRefusal> {
        let opened = match query.encrypt_type.as_deref() {
            Some("aes") => {
                let opened = self.envelope(query, body)?.open(&self.keys, &self.app_id)?;
                (opened.message, Some(opened.key))
            }
            None | Some("" | "raw") => {
                self.check_signature(query)?;
                if !self.keys.aes_keys.is_empty() && !self.accept_plain {
                    return Err(PushRefusal::NotSealed);
                }
                (body.to_vec(), None)
            }
            Some(_) => return Err(PushRefusal::Parameter("encrypt_type")),
        };
        self.check_age(query, now)?;
        let (body, key) = opened;
        Ok(ReceivedPush {
            message: parse(&body).ok(),
            body,
            key,
            timestamp: word("timestamp", query.timestamp.as_ref())?.to_owned(),
            nonce: word("nonce", query.nonce.as_ref())?.to_owned(),
        })
    }

    /// Only what is sealed is read of a sealed push: in compatible mode the rest is plain.
    fn envelope(&self, query: &PushQuery, body: &[u8]) -> Result<SealedEnvelope, PushRefusal> {
        let outer = parse(body).map_err(|_| EnvelopeError::Sealed)?;
        let encrypt = outer.word("Encrypt").ok_or(EnvelopeError::Sealed)?;
        Ok(SealedEnvelope {
            encrypt: encrypt.to_owned(),
            signature: word("msg_signature", query.msg_signature.as_ref())?.to_owned(),
            timestamp: word("timestamp", query.timestamp.as_ref())?.to_owned(),
            nonce: word("nonce", query.nonce.as_ref())?.to_owned(),
        })
    }

    fn check_signature(&self, query: &PushQuery) -> Result<(), PushRefusal> {
        let signature = word("signature", query.signature.as_ref())?;
        let timestamp = word("timestamp", query.timestamp.as_ref())?;
        let nonce = word("nonce", query.nonce.as_ref())?;
        match is_signature(signature, &[self.keys.token.expose(), timestamp, nonce]) {
            true => Ok(()),
            false => Err(PushRefusal::Signature),
        }
    }

    fn check_age(&self, query: &PushQuery, now: Timestamp) -> Result<(), PushRefusal> {
        let text = word("timestamp", query.timestamp.as_ref())?;
        let is_number = text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let seconds: Option<i64> = is_number.then(|| text.parse().ok()).flatten();
        let seconds = seconds.ok_or(PushRefusal::Parameter("timestamp"))?;
        let age = now.seconds_since(Timestamp::from_unix_seconds(seconds));
        match (-self.max_age_seconds..=self.max_age_seconds).contains(&age) {
            true => Ok(()),
            false => Err(PushRefusal::Stale(age)),
        }
    }
}

/// A parameter that is there.
fn word<'a>(name: &'static str, value: Option<&'a String>) -> Result<&'a str, PushRefusal> {
    let is_word =
        |text: &&str| !text.is_empty() && text.len() <= MAX_WORD && text.bytes().all(|b| b.is_ascii_graphic());
    let value = value.map(String::as_str).filter(is_word);
    value.ok_or(PushRefusal::Parameter(name))
}

#[cfg(test)]
mod tests;

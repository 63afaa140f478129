//! A sealed push opens to what was sealed for this account, or to nothing.

use aes::{
    Aes256,
    cipher::{BlockEncryptMut, KeyIvInit, block_padding::NoPadding},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use fanpass::{
    clients::wechat::push::{EnvelopeError, SealedEnvelope, signature},
    domain::{AppId, EncodingAesKey, PushKeys, PushToken, Random},
};

const TIMESTAMP: &str = "1714112445";
const NONCE: &str = "415670741";
const RANDOM: usize = 16;

/// `data` as a message, as `Encrypt`, as what that decodes to, and as what that opens to.
pub fn check(data: &[u8]) {
    let keys = keys();
    assert_round_trip(data, &keys);
    let text = String::from_utf8_lossy(data);
    for encrypt in [text.into_owned(), BASE64_STANDARD.encode(data)] {
        let signature = signature(&[keys.token.expose(), TIMESTAMP, NONCE, &encrypt]);
        let opened = envelope(encrypt, signature).open(&keys, &app_id());
        // Nobody without the key writes something that opens.
        assert!(opened.is_err_and(|error| error != EnvelopeError::Signature));
    }
    assert_layout(data, &keys);
}

fn assert_round_trip(data: &[u8], keys: &PushKeys) {
    let other = AppId::parse("wxffffffffffffffff").unwrap();
    for key in &keys.aes_keys {
        let pair = (&keys.token, key);
        let sealed = SealedEnvelope::seal(data, pair, &app_id(), (TIMESTAMP, NONCE), &Random::system());
        let opened = sealed.open(keys, &app_id()).unwrap();
        assert_eq!((opened.message.as_slice(), &opened.key), (data, key));
        assert_eq!(sealed.open(keys, &other), Err(EnvelopeError::OtherAccount));
        let at = data.len() % sealed.encrypt.len();
        let mut changed = sealed.clone();
        let letter = if changed.encrypt.as_bytes()[at] == b'A' {
            "B"
        } else {
            "A"
        };
        changed.encrypt.replace_range(at..=at, letter);
        assert_eq!(changed.open(keys, &app_id()), Err(EnvelopeError::Signature));
    }
}

/// `data` in the place of random bytes, length, message, receiver and padding: opened or not, nothing is read beyond it.
fn assert_layout(data: &[u8], keys: &PushKeys) {
    let whole = data.len() - data.len() % RANDOM;
    let plain = &data[..whole];
    let key = keys.aes_keys[0].as_bytes();
    let cipher = cbc::Encryptor::<Aes256>::new(key.into(), key[..RANDOM].into());
    let encrypt = BASE64_STANDARD.encode(cipher.encrypt_padded_vec_mut::<NoPadding>(plain));
    let signature = signature(&[keys.token.expose(), TIMESTAMP, NONCE, &encrypt]);
    if let Ok(opened) = envelope(encrypt, signature).open(keys, &app_id()) {
        let behind = [opened.message.as_slice(), app_id().as_str().as_bytes()].concat();
        assert!(plain[RANDOM + 4..].starts_with(&behind), "the message was never sealed");
    }
}

fn envelope(encrypt: String, signature: String) -> SealedEnvelope {
    SealedEnvelope {
        encrypt,
        signature,
        timestamp: TIMESTAMP.to_owned(),
        nonce: NONCE.to_owned(),
    }
}

fn app_id() -> AppId {
    AppId::parse("wxba5fad812f8e6fb9").unwrap()
}

/// The current key and the previous one, which has bits too many.
fn keys() -> PushKeys {
    let key = |text: &str| EncodingAesKey::parse(text).unwrap();
    PushKeys {
        token: PushToken::new("AAAAA"),
        aes_keys: vec![
            key("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
            key("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"),
        ],
    }
}

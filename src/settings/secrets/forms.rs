//! The forms of the secrets that consist of letters and digits and have a certain length.

use std::ops::RangeInclusive;

use secrecy::SecretString;

use super::session_key::SessionKey;
use crate::{
    domain::{ApiKeyDigest, AppId, EncodingAesKey, PushToken},
    settings::fault::SecretViolation,
};

/// Which characters a secret has, and how many.
struct Form {
    /// The name of the characters, in the plural.
    expected: &'static str,
    accepts: fn(char) -> bool,
    length: RangeInclusive<usize>,
    hint: &'static str,
}

const APP_ID: Form = Form {
    expected: "`wx` and small letters or digits",
    accepts: |letter| letter.is_ascii_lowercase() || letter.is_ascii_digit(),
    length: 18..=18,
    hint: "copy the AppID again: `wx` and 16 small letters or digits, in the console (微信开发者平台) under 基础信息",
};

const APP_SECRET: Form = Form {
    expected: "hexadecimal digits",
    accepts: |letter| letter.is_ascii_hexdigit(),
    length: 32..=32,
    hint: "copy the AppSecret again: 32 hexadecimal digits, in the console (微信开发者平台) under 开发密钥",
};

const SESSION_KEY: Form = Form {
    expected: "hexadecimal digits",
    accepts: |letter| letter.is_ascii_hexdigit(),
    length: 128..=128,
    hint: "write 128 hexadecimal digits, as `openssl rand -hex 64` prints them",
};

const PUSH_TOKEN: Form = Form {
    expected: "letters or digits",
    accepts: |letter| letter.is_ascii_alphanumeric(),
    length: 3..=32,
    hint: "copy the Token again from the console's settings of the message push (消息推送配置)",
};

const ENCODING_AES_KEY: Form = Form {
    expected: "letters or digits",
    accepts: |letter| letter.is_ascii_alphanumeric(),
    length: 43..=43,
    hint: "copy the EncodingAESKey again from the console's settings of the message push (消息推送配置)",
};

const API_KEY: Form = Form {
    expected: "letters, digits, `-`, `_`, `.` or `~`",
    accepts: |letter| letter.is_ascii_alphanumeric() || "-_.~".contains(letter),
    length: ApiKeyDigest::MIN_KEY..=256,
    hint: "write 64 random characters, as `openssl rand -hex 32` prints them",
};

const API_KEY_SHA256: Form = Form {
    expected: "hexadecimal digits",
    accepts: |letter| letter.is_ascii_hexdigit(),
    length: 64..=64,
    hint: "write 64 hexadecimal digits, as `printf %s \"$KEY\" | sha256sum` prints them for the app's key",
};

const FORWARD_SECRET: Form = Form {
    hint: "write 64 random characters, as `openssl rand -hex 32` prints them, here and at the target",
    ..API_KEY
};

const FORWARD_TOKEN: Form = Form {
    hint: "write 3 to 32 letters or digits, the same as the Token at the target",
    ..PUSH_TOKEN
};

const FORWARD_AES_KEY: Form = Form {
    hint: "write 43 letters or digits, the same as the EncodingAESKey at the target",
    ..ENCODING_AES_KEY
};

const S3_KEY: Form = Form {
    expected: "visible ASCII characters",
    accepts: |letter| letter.is_ascii_graphic(),
    length: 3..=4096,
    hint: "copy the key again from where the bucket is managed",
};

impl Form {
    fn check(&self, text: &str) -> Result<(), SecretViolation> {
        let hint = self.hint;
        if text.contains(char::is_whitespace) {
            return Err(SecretViolation::WhitespaceInside { hint });
        }
        if !text.chars().all(self.accepts) {
            return Err(self.other_characters());
        }
        let count = text.chars().count();
        if self.length.contains(&count) {
            return Ok(());
        }
        let (least, most) = (*self.length.start(), *self.length.end());
        Err(SecretViolation::Length {
            count,
            least,
            most,
            hint,
        })
    }

    fn other_characters(&self) -> SecretViolation {
        SecretViolation::OtherCharacters {
            expected: self.expected,
            hint: self.hint,
        }
    }
}

pub(super) fn app_id(text: &str) -> Result<AppId, SecretViolation> {
    let hint = APP_ID.hint;
    if text.starts_with("gh_") {
        return Err(SecretViolation::OriginalId { hint });
    }
    APP_ID.check(text)?;
    AppId::parse(text).map_err(|_| SecretViolation::NotAnAppId { hint })
}

pub(super) fn app_secret(text: &str) -> Result<SecretString, SecretViolation> {
    APP_SECRET.check(text).map(|()| text.into())
}

pub(super) fn session_key(text: &str) -> Result<SessionKey, SecretViolation> {
    SESSION_KEY.check(text)?;
    let mut bytes = [0; 64];
    let decoded = hex::decode_to_slice(text, &mut bytes);
    decoded.map_err(|_| SESSION_KEY.other_characters())?;
    Ok(SessionKey::new(bytes))
}

/// Keys separated by commas.
pub(super) fn session_keys(text: &str) -> Result<Vec<SessionKey>, SecretViolation> {
    text.split(',').map(|key| session_key(key.trim())).collect()
}

pub(super) fn api_key(text: &str) -> Result<ApiKeyDigest, SecretViolation> {
    API_KEY.check(text).map(|()| ApiKeyDigest::of(text))
}

/// The digest in place of a key. It may be the key itself, put there by mistake, so a fault does not repeat it.
pub(in crate::settings) fn api_key_sha256(text: &str) -> Result<ApiKeyDigest, SecretViolation> {
    API_KEY_SHA256.check(text)?;
    let mut digest = [0; 32];
    hex::decode_to_slice(text, &mut digest).map_err(|_| API_KEY_SHA256.other_characters())?;
    let digest = ApiKeyDigest::from_bytes(digest);
    // What the command prints where the variable with the key was empty.
    if ["", "\n"]
        .iter()
        .any(|nothing| ApiKeyDigest::of(nothing).matches(&digest))
    {
        return Err(SecretViolation::DigestOfNothing);
    }
    Ok(digest)
}

pub(super) fn push_token(text: &str) -> Result<PushToken, SecretViolation> {
    PUSH_TOKEN.check(text).map(|()| PushToken::new(text))
}

pub(super) fn encoding_aes_key(text: &str) -> Result<EncodingAesKey, SecretViolation> {
    ENCODING_AES_KEY.check(text)?;
    EncodingAesKey::parse(text).map_err(|_| ENCODING_AES_KEY.other_characters())
}

pub(super) fn s3_key(text: &str) -> Result<String, SecretViolation> {
    S3_KEY.check(text).map(|()| text.to_owned())
}

pub(super) fn forward_secret(text: &str) -> Result<SecretString, SecretViolation> {
    FORWARD_SECRET.check(text).map(|()| text.into())
}

pub(super) fn forward_token(text: &str) -> Result<PushToken, SecretViolation> {
    FORWARD_TOKEN.check(text).map(|()| PushToken::new(text))
}

pub(super) fn forward_aes_key(text: &str) -> Result<EncodingAesKey, SecretViolation> {
    FORWARD_AES_KEY.check(text)?;
    EncodingAesKey::parse(text).map_err(|_| FORWARD_AES_KEY.other_characters())
}

//! Random openids, codes and tokens, in the platform's forms.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{
    Rng, RngExt,
    distr::{Alphanumeric, SampleString},
};
use sha2::{Digest, Sha256};

const CODE_LENGTH: usize = 32;
const OPENID_LENGTH: usize = 28;

/// A generator of each thread, seeded by the operating system.
#[expect(clippy::disallowed_methods, reason = "this is the place where randomness is read")]
fn generator() -> impl Rng {
    rand::rng()
}

/// What the sandbox makes up.
pub struct Random;

impl Random {
    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        generator().fill_bytes(&mut bytes);
        bytes
    }

    /// A code as the platform makes them: 32 letters and digits, the first a zero.
    pub fn code(&self) -> String {
        let mut code = String::from("0");
        Alphanumeric.append_string(&mut generator(), &mut code, CODE_LENGTH - 1);
        code
    }

    /// An access or refresh token, 89 characters.
    pub fn token(&self) -> String {
        let (first, second) = (self.bytes::<32>(), self.bytes::<32>());
        format!("80_{}{}", URL_SAFE_NO_PAD.encode(first), URL_SAFE_NO_PAD.encode(second))
    }

    /// A new openid or unionid.
    pub fn openid(&self) -> String {
        openid_from(&self.bytes())
    }

    /// The name of a picture.
    pub fn avatar(&self) -> String {
        hex::encode(self.bytes::<32>())
    }

    /// A `MsgId`, or an `echostr`: a number of 19 digits, which no floating-point number holds exactly.
    pub fn message_id(&self) -> i64 {
        let range = 1_000_000_000_000_000_000..i64::MAX;
        generator().random_range(range)
    }

    /// The nonce of a push: up to ten digits.
    pub fn nonce(&self) -> String {
        u32::from_be_bytes(self.bytes()).to_string()
    }

    /// What stands in front of a sealed message: 16 letters and digits.
    pub fn push_bytes(&self) -> [u8; 16] {
        let mut letters = String::new();
        Alphanumeric.append_string(&mut generator(), &mut letters, 16);
        letters.as_bytes().try_into().unwrap_or_else(|_| self.bytes())
    }

    /// The request id at the end of the platform's error messages: three groups of eight hex digits, the first the time.
    pub fn request_id(&self, now: i64) -> String {
        let (left, right) = (self.bytes::<4>(), self.bytes::<4>());
        format!("{now:08x}-{}-{}", hex::encode(left), hex::encode(right))
    }
}

/// The openid derived from a name, so that the fans are the same at every start.
pub fn openid_of(name: &str) -> String {
    openid_from(&Sha256::digest(name).into())
}

/// The account's own id (原始 ID), derived from its AppID.
pub fn original_id_of(app_id: &str) -> String {
    let digest = hex::encode(Sha256::digest(format!("{app_id}/original")));
    format!("gh_{}", digest.get(..12).unwrap_or_default())
}

fn openid_from(bytes: &[u8; 32]) -> String {
    let mut openid = format!("o{}", URL_SAFE_NO_PAD.encode(bytes));
    openid.truncate(OPENID_LENGTH);
    openid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_has_the_platforms_form() {
        let random = Random;
        let code = random.code();
        assert!(code.len() == 32 && code.starts_with('0') && code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let token = random.token();
        assert!(token.len() == 89 && token.starts_with("80_"));
        let openid = random.openid();
        assert!(openid.len() == 28 && openid.starts_with('o'));
        assert_eq!(random.avatar().len(), 64);
        let request_id = random.request_id(0x6553_1234);
        assert!(request_id.len() == 26 && request_id.starts_with("65531234-"));
    }

    #[test]
    fn nothing_is_made_twice() {
        let random = Random;
        assert_ne!(random.code(), random.code());
        assert_ne!(random.token(), random.token());
        assert_ne!(random.openid(), random.openid());
        assert_ne!(openid_of("a"), openid_of("b"));
        assert_eq!(openid_of("a"), openid_of("a"));
    }
}

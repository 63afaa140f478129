//! The EncodingAESKey, and what it seals.

use std::fmt;

use aes::Aes256;
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use cbc::{
    Decryptor, Encryptor,
    cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit, block_padding::NoPadding},
};

/// Characters of a key.
const LENGTH: usize = 43;
/// The padding's block, which is not the cipher's: 1 to 32 bytes, each of them their number.
const PADDING_BLOCK: usize = 32;
/// Random bytes in front of the message.
const RANDOM: usize = 16;

/// The last of the 43 characters carries two bits too many, and most keys have them set.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The key of 兼容模式 and 安全模式.
#[derive(Clone)]
pub struct AesKey([u8; 32]);

impl AesKey {
    /// Reads 43 letters and digits; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_key = text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let bytes = LENIENT.decode(format!("{text}=")).ok().filter(|_| is_key)?;
        bytes.try_into().ok().map(Self)
    }

    /// `random ‖ length ‖ message ‖ AppID`, padded, encrypted and in Base64.
    pub fn seal(&self, message: &str, app_id: &str, random: [u8; RANDOM]) -> Option<String> {
        let length = u32::try_from(message.len()).ok()?.to_be_bytes();
        let mut plain = [&random[..], &length, message.as_bytes(), app_id.as_bytes()].concat();
        let padding = PADDING_BLOCK - plain.len() % PADDING_BLOCK;
        plain.extend(std::iter::repeat_n(u8::try_from(padding).ok()?, padding));
        let cipher = Encryptor::<Aes256>::new_from_slices(&self.0, self.iv()).ok()?;
        Some(general_purpose::STANDARD.encode(cipher.encrypt_padded_vec_mut::<NoPadding>(&plain)))
    }

    /// The message that was sealed for this AppID.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn open(&self, sealed: &str, app_id: &str) -> Result<String, &'static str> {
        let bytes = general_purpose::STANDARD
            .decode(sealed)
            .map_err(|_| "Encrypt is no Base64")?;
        let cipher = Decryptor::<Aes256>::new_from_slices(&self.0, self.iv()).map_err(|_| "the key is none")?;
        let mut plain = cipher
            .decrypt_padded_vec_mut::<NoPadding>(&bytes)
            .map_err(|_| "Encrypt is no whole number of blocks")?;
        unpad(&mut plain)?;
        let (length, rest) = plain
            .get(RANDOM..)
            .and_then(<[u8]>::split_first_chunk::<4>)
            .ok_or("Encrypt is too short")?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (message, receiver) = rest.split_at_checked(length).ok_or("the length inside is wrong")?;
        if receiver != app_id.as_bytes() {
            return Err("another AppID is inside");
        }
        String::from_utf8(message.to_vec()).map_err(|_| "the message is no UTF-8")
    }

    fn iv(&self) -> &[u8] {
        self.0.first_chunk::<16>().map_or(&[], |iv| iv.as_slice())
    }
}

fn unpad(plain: &mut Vec<u8>) -> Result<(), &'static str> {
    let wrong = "the padding is wrong";
    let padding = plain.last().copied().map(usize::from).ok_or(wrong)?;
    let length = plain.len().checked_sub(padding).ok_or(wrong)?;
    let is_right =
        (1..=PADDING_BLOCK).contains(&padding) && plain.iter().skip(length).all(|byte| usize::from(*byte) == padding);
    plain.truncate(length);
    is_right.then_some(()).ok_or(wrong)
}

/// The key is a secret.
impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::signature::signature;

    /// Key, AppID and random bytes of the demos that the platform offers.
    const DEMO_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    const DEMO_APP: &str = "wxb11529c136998cb6";

    #[test]
    fn the_demos_ciphertexts_come_out() {
        let key = AesKey::parse(DEMO_KEY).unwrap();
        for (message, sealed, signed) in [
            (
                "我是中文abcd123",
                "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==",
                "82c962d39941aa48552f90ef55aa323dc620cc10",
            ),
            (
                "abcdefghijklmnopqrstuvwxyz",
                "jn1L23DB+6ELqJ+6bruv24kfnRA9CJ8qXRQfcTjuspbcu/BSVDHix6RSI3nK3z+fMd03dqZ5HIPCrQNNDa2xYd47apRHAo9FEf57/GQVWffqnF3WzheksoIGmk00BgBc",
                "2b07674cc11d69d1eb5a852d4d239f5190949b19",
            ),
        ] {
            assert_eq!(key.seal(message, DEMO_APP, *b"aaaabbbbccccdddd").unwrap(), sealed);
            assert_eq!(key.open(sealed, DEMO_APP).unwrap(), message);
            assert_eq!(signature(&["pamtest", "1409304348", "xxxxxx", sealed]), signed);
        }
    }

    #[test]
    fn the_documentations_reply_comes_out() {
        let key = AesKey::parse(&"A".repeat(43)).unwrap();
        let sealed = key
            .seal(
                "{\"demo_resp\":\"good luck\"}",
                "wxba5fad812f8e6fb9",
                *b"707722b803182950",
            )
            .unwrap();
        assert_eq!(
            sealed,
            "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
        );
        let parts = ["AAAAA", "1713424427", "415670741", sealed.as_str()];
        assert_eq!(signature(&parts), "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1");
    }

    #[test]
    fn a_key_with_stray_bits_opens() {
        let key = AesKey::parse("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR").unwrap();
        let sealed = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==";
        assert_eq!(key.open(sealed, "wx49f0ab532d5d035a").unwrap(), "5927782489442352469");
        assert_eq!(key.open(sealed, "wx0"), Err("another AppID is inside"));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "A", &"A".repeat(44), &"-".repeat(43)] {
            assert!(AesKey::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn messages_of_every_length_open_again() {
        let key = AesKey::parse(DEMO_KEY).unwrap();
        for length in 0..100 {
            let message = "x".repeat(length);
            let sealed = key.seal(&message, "wx1", [7; 16]).unwrap();
            assert_eq!(key.open(&sealed, "wx1").unwrap(), message);
        }
        for broken in ["", "AAAA", "%%%", "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmk="] {
            assert!(key.open(broken, "wx1").is_err(), "{broken}");
        }
    }
}

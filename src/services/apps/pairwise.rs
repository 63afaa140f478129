//! Pairwise subjects (OpenID Connect Core, section 8.1): each sector, which is one application or several that share it, has
//! its own name for a fan. The names stay the same for ever, and two sectors cannot compare theirs.

use aes::{
    Aes256, Block,
    cipher::{BlockDecrypt, BlockEncrypt, KeyInit},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::domain::{AppId, FanId};

/// Changing it would rename every fan for every application.
const LABEL: &str = "fanpass pairwise subject v1";

/// Stands between the parts of a key's label, and is in none of them.
const SEPARATOR: &str = "\0";

/// The subjects of one sector: the fan's id as one block under the sector's own key, so that fanpass can read it back.
pub struct PairwiseSubjects {
    cipher: Aes256,
}

impl PairwiseSubjects {
    /// The subjects of `sector` at the account. `secret` is the account's, and never changes.
    pub fn new(secret: &[u8], account: &AppId, sector: &str) -> Self {
        let label = [LABEL, SEPARATOR, account.as_str(), SEPARATOR, sector];
        let mut key = [0; 32];
        // This fails only beyond 255 blocks of 32 bytes.
        let expanded = Hkdf::<Sha256>::new(None, secret).expand_multi_info(&label.map(str::as_bytes), &mut key);
        debug_assert!(expanded.is_ok());
        Self {
            cipher: Aes256::new(&key.into()),
        }
    }

    /// The fan's name in this sector: 22 letters of base64url.
    pub fn subject_of(&self, fan: FanId) -> String {
        let mut block = Block::from(fan.to_bytes());
        self.cipher.encrypt_block(&mut block);
        BASE64_URL_SAFE_NO_PAD.encode(block)
    }

    /// The fan with this name. None for what is none; a name of another sector is none, but for one in four thousand, which
    /// is the id of nobody.
    pub fn fan_of(&self, subject: &str) -> Option<FanId> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(subject).ok()?;
        let mut block = Block::from(<[u8; 16]>::try_from(bytes).ok()?);
        self.cipher.decrypt_block(&mut block);
        FanId::from_bytes(block.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Clock, Random};

    fn subjects(account: u8, sector: &str) -> PairwiseSubjects {
        let account = AppId::parse(&format!("wx{account:016}")).unwrap();
        PairwiseSubjects::new(&[7; 32], &account, sector)
    }

    fn fan() -> FanId {
        FanId::generate(&Clock::system(), &Random::system())
    }

    #[test]
    fn a_subject_reads_back_and_says_nothing_of_the_id() {
        let (shop, fan) = (subjects(1, "shop"), fan());
        let subject = shop.subject_of(fan);
        assert_eq!(subject.len(), 22);
        assert_eq!(shop.fan_of(&subject), Some(fan));
        assert_eq!(subject, subjects(1, "shop").subject_of(fan), "the same for ever");
        assert_ne!(subject, BASE64_URL_SAFE_NO_PAD.encode(fan.to_bytes()));
    }

    #[test]
    fn each_sector_account_and_secret_has_another() {
        let fan = fan();
        let subject = subjects(1, "shop").subject_of(fan);
        assert_ne!(subject, subjects(1, "crm").subject_of(fan));
        assert_ne!(subject, subjects(2, "shop").subject_of(fan));
        let other = PairwiseSubjects::new(&[8; 32], &AppId::parse("wx0000000000000001").unwrap(), "shop");
        assert_ne!(subject, other.subject_of(fan));
        assert_ne!(subjects(1, "crm").fan_of(&subject), Some(fan));
    }

    #[test]
    fn what_no_sector_wrote_is_nobody() {
        let shop = subjects(1, "shop");
        let subject = shop.subject_of(fan());
        for wrong in [
            "",
            "A",
            &subject[1..],
            &format!("{subject}A"),
            &format!("{subject}=="),
            "粉丝",
            &"A".repeat(22),
        ] {
            assert_eq!(shop.fan_of(wrong), None, "{wrong:?}");
        }
    }

    /// A change here renames every fan for every application.
    #[test]
    fn the_subjects_of_a_known_secret_never_change() {
        let fan = FanId::parse("019abcde-0000-7000-8000-000000000001").unwrap();
        assert_eq!(subjects(1, "shop").subject_of(fan), "7P48s6sewSHfkVMIHd_aOA");
    }
}

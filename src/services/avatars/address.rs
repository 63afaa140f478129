//! Addresses of avatars. Each sector (one app, or several that share one) has its own for the same avatar, so that apps
//! cannot find the same fan by it. An address needs no session: whoever has it sees the picture, and nobody can make one up.

use aes::{
    Aes256, Block,
    cipher::{BlockDecrypt, BlockEncrypt, KeyInit},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::domain::{AppId, Avatar, AvatarId, FanId};

/// Changing one of them would end every address that an app has stored.
const SECTOR_LABEL: &str = "fanpass avatar sector v1";
const KEYS_LABEL: &str = "fanpass avatar address v1";

/// Stands between the parts of a key's label, and is in none of them.
const SEPARATOR: &str = "\0";

const TAG: usize = 8;
const BLOCK: usize = 16;
const MAC: usize = 16;
const LENGTH: usize = TAG + 2 * BLOCK + MAC;

/// Who gets an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AvatarSector<'a> {
    /// Our own pages, and the operator.
    Own,
    /// The sector of this name.
    Apps(&'a str),
}

/// Makes and reads the addresses of one account: the sector's tag, the ids of fan and avatar as a block each under a key of that
/// tag, and the first half of an HMAC over all. The fan's row is found by its key, and shows whether the avatar is still theirs.
pub struct AvatarAddresses {
    secret: Hkdf<Sha256>,
    app_id: AppId,
}

impl AvatarAddresses {
    /// The addresses of an account, whose `secret` never changes.
    pub fn new(secret: &[u8], app_id: AppId) -> Self {
        Self {
            secret: Hkdf::new(None, secret),
            app_id,
        }
    }

    /// The address of an avatar: 75 letters of base64url.
    pub fn address_of(&self, avatar: Avatar, sector: AvatarSector<'_>) -> String {
        let tag = self.tag(sector);
        let (cipher, mac) = self.keys(&tag);
        let [fan, id] = [avatar.fan.to_bytes(), avatar.id.to_bytes()].map(|bytes| {
            let mut block = Block::from(bytes);
            cipher.encrypt_block(&mut block);
            <[u8; BLOCK]>::from(block)
        });
        let named = [&tag[..], &fan, &id].concat();
        let mac = mac.chain_update(&named).finalize().into_bytes();
        let address: Vec<u8> = named.iter().chain(mac.iter().take(MAC)).copied().collect();
        BASE64_URL_SAFE_NO_PAD.encode(address)
    }

    /// The avatar with this address. None: no address of this account, or one that somebody changed.
    pub fn avatar_of(&self, address: &str) -> Option<Avatar> {
        let bytes: [u8; LENGTH] = BASE64_URL_SAFE_NO_PAD.decode(address).ok()?.try_into().ok()?;
        let (named, shown) = bytes.split_last_chunk::<MAC>()?;
        let (tag, blocks) = named.split_first_chunk::<TAG>()?;
        let (fan, id) = blocks.split_first_chunk::<BLOCK>()?;
        let id: &[u8; BLOCK] = id.try_into().ok()?;
        let (cipher, mac) = self.keys(tag);
        mac.chain_update(named).verify_truncated_left(shown).ok()?;
        let [fan, id] = [fan, id].map(|bytes| {
            let mut block = Block::from(*bytes);
            cipher.decrypt_block(&mut block);
            <[u8; BLOCK]>::from(block)
        });
        Some(Avatar {
            fan: FanId::from_bytes(fan)?,
            id: AvatarId::from_bytes(id),
        })
    }

    fn tag(&self, sector: AvatarSector<'_>) -> [u8; TAG] {
        let parts: &[&str] = match sector {
            AvatarSector::Own => &[SECTOR_LABEL, SEPARATOR, self.app_id.as_str()],
            AvatarSector::Apps(name) => &[SECTOR_LABEL, SEPARATOR, self.app_id.as_str(), SEPARATOR, name],
        };
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        self.derive(&parts)
    }

    fn keys(&self, tag: &[u8; TAG]) -> (Aes256, Hmac<Sha256>) {
        let app_id = self.app_id.as_str().as_bytes();
        let label = |name: &'static [u8]| [KEYS_LABEL.as_bytes(), SEPARATOR.as_bytes(), app_id, name, tag];
        let cipher: [u8; 32] = self.derive(&label(b"cipher"));
        // As long as a block of SHA-256, which is the form of an HMAC key that needs no hash.
        let mac: [u8; 64] = self.derive(&label(b"mac"));
        (Aes256::new(&cipher.into()), <Hmac<Sha256> as KeyInit>::new(&mac.into()))
    }

    fn derive<const N: usize>(&self, label: &[&[u8]]) -> [u8; N] {
        let mut derived = [0; N];
        // This fails only beyond 255 blocks of 32 bytes.
        let expanded = self.secret.expand_multi_info(label, &mut derived);
        debug_assert!(expanded.is_ok());
        derived
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Clock, Random};

    fn avatar() -> Avatar {
        let random = Random::system();
        Avatar {
            fan: FanId::generate(&Clock::system(), &random),
            id: AvatarId::generate(&random),
        }
    }

    fn addresses(secret: u8, account: u8) -> AvatarAddresses {
        AvatarAddresses::new(&[secret; 32], AppId::parse(&format!("wx{account:016}")).unwrap())
    }

    const SHOP: AvatarSector<'_> = AvatarSector::Apps("shop");

    #[test]
    fn an_address_reads_back_and_says_nothing_of_the_avatar() {
        let (ours, avatar) = (addresses(7, 1), avatar());
        for sector in [AvatarSector::Own, SHOP] {
            let address = ours.address_of(avatar, sector);
            assert_eq!(address.len(), 75);
            assert_eq!(ours.avatar_of(&address), Some(avatar));
            assert_eq!(address, ours.address_of(avatar, sector), "it stays the same");
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(&address).unwrap();
            for id in [avatar.fan.to_bytes(), avatar.id.to_bytes()] {
                assert!(!bytes.windows(BLOCK).any(|part| part == id));
            }
        }
    }

    #[test]
    fn two_sectors_have_nothing_in_common() {
        let (ours, avatar) = (addresses(7, 1), avatar());
        let part = |sector| BASE64_URL_SAFE_NO_PAD.decode(ours.address_of(avatar, sector)).unwrap();
        let all = [part(AvatarSector::Own), part(SHOP), part(AvatarSector::Apps("crm"))];
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            for range in [0..8, 8..24, 24..40, 40..56] {
                assert_ne!(all[first][range.clone()], all[second][range]);
            }
        }
    }

    #[test]
    fn nobody_can_make_up_an_address_or_change_one() {
        let (ours, avatar) = (addresses(7, 1), avatar());
        let address = ours.address_of(avatar, SHOP);
        let genuine = BASE64_URL_SAFE_NO_PAD.decode(&address).unwrap();
        for bit in 0..genuine.len() * 8 {
            let mut changed = genuine.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                ours.avatar_of(&BASE64_URL_SAFE_NO_PAD.encode(changed)),
                None,
                "bit {bit}"
            );
        }
        for other in [addresses(8, 1), addresses(7, 2)] {
            assert_eq!(other.avatar_of(&address), None);
        }
        for wrong in [
            "",
            "A",
            "..",
            &address[1..],
            &format!("{address}A"),
            &format!("{address}="),
            &"A".repeat(75),
            "粉丝",
        ] {
            assert_eq!(ours.avatar_of(wrong), None, "{wrong:?}");
        }
    }

    /// A change here ends every address that an app has stored.
    #[test]
    fn the_addresses_of_a_known_secret_never_change() {
        let avatar = Avatar {
            fan: FanId::parse("019abcde-0000-7000-8000-000000000001").unwrap(),
            id: AvatarId::parse("019abcde-0000-4000-8000-000000000001").unwrap(),
        };
        assert_eq!(
            addresses(7, 1).address_of(avatar, SHOP),
            "3eK6oM3_g99_Anh919d0j_3HQldAA_XK2y_w6yQAyMrxuUUyOJz1S6GKBApLD2s46nbX84XHEAI"
        );
    }
}

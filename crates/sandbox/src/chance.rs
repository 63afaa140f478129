//! Random openids, codes and tokens.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const OPENID_LENGTH: usize = 28;

/// A stream of random values from one seed, cheap enough for thousands of tokens a second.
pub(super) struct Chance {
    seed: [u8; 32],
    drawn: AtomicU64,
}

impl Chance {
    /// Seeded by the operating system.
    #[expect(
        clippy::disallowed_methods,
        reason = "the sandbox imports nothing of ours, not even the randomness"
    )]
    pub(super) fn from_system() -> io::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self {
            seed,
            drawn: AtomicU64::new(0),
        })
    }

    fn bytes(&self) -> [u8; 32] {
        let turn = self.drawn.fetch_add(1, Ordering::Relaxed);
        Sha256::new()
            .chain_update(self.seed)
            .chain_update(turn.to_le_bytes())
            .finalize()
            .into()
    }

    /// A code as the platform makes them: 32 letters and digits, the first a zero.
    pub(super) fn code(&self) -> String {
        let letters = self
            .bytes()
            .into_iter()
            .filter_map(|byte| BASE62.get(usize::from(byte) % BASE62.len()));
        let mut code: String = letters.map(|letter| char::from(*letter)).collect();
        code.replace_range(..1, "0");
        code
    }

    /// An access or refresh token, 89 characters.
    pub(super) fn token(&self) -> String {
        let (first, second) = (self.bytes(), self.bytes());
        format!("80_{}{}", URL_SAFE_NO_PAD.encode(first), URL_SAFE_NO_PAD.encode(second))
    }

    /// An openid or unionid that nobody has.
    pub(super) fn openid(&self) -> String {
        openid_from(&self.bytes())
    }

    /// The name of a picture.
    pub(super) fn avatar(&self) -> String {
        hex::encode(self.bytes())
    }

    /// The request id that the platform appends to its error texts: three groups of eight hex digits, the first the time.
    pub(super) fn rid(&self, now: i64) -> String {
        let random = hex::encode(self.bytes());
        let (left, right) = random.split_at(32);
        format!("{now:08x}-{left:.8}-{right:.8}")
    }
}

/// The openid that follows from a name, so that the fans of every start are the same.
pub(super) fn openid_of(name: &str) -> String {
    openid_from(&Sha256::digest(name).into())
}

fn openid_from(bytes: &[u8; 32]) -> String {
    let mut openid = format!("o{}", URL_SAFE_NO_PAD.encode(bytes));
    openid.truncate(OPENID_LENGTH);
    openid
}

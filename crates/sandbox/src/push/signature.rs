//! The signatures of pushes.

use sha1::{Digest, Sha1};

/// 消息推送: SHA-1 over the parts in the order of their bytes, in hex. Of the URL: token, timestamp and nonce; of what is
/// sealed (`msg_signature`): these and the ciphertext.
pub fn signature(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    hex::encode(Sha1::digest(parts.concat()))
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn the_documentations_signatures_come_out() {
        for (token, timestamp, nonce, expected) in [
            (
                "AAAAA",
                "1714036504",
                "1514711492",
                "f464b24fc39322e44b38aa78f5edd27bd1441696",
            ),
            (
                "AAAAA",
                "1714037059",
                "486452656",
                "899cf89e464efb63f54ddac96b0a0a235f53aa78",
            ),
            (
                "pamtest",
                "1409304348",
                "xxxxxx",
                "76480565cbe296026c53aaacd1ad523a1ddba24f",
            ),
        ] {
            assert_eq!(signature(&[token, timestamp, nonce]), expected);
        }
    }
}

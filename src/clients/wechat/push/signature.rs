use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// The signature of `parts`: SHA-1 over the sorted parts, in hexadecimal digits. The parts are the Token, the timestamp and
/// the nonce, and the sealed message if there is one (消息推送, 验证消息的确来自微信服务器).
pub fn signature(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    let mut sha1 = Sha1::new();
    for part in sorted {
        sha1.update(part.as_bytes());
    }
    hex::encode(sha1.finalize())
}

/// Whether `claimed` is the signature of `parts`. Takes the same time wherever they differ.
pub fn is_signature(claimed: &str, parts: &[&str]) -> bool {
    let right = signature(parts);
    claimed.to_ascii_lowercase().as_bytes().ct_eq(right.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_examples_are_signed() {
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
                "AAAAA",
                "1714112445",
                "415670741",
                "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
            ),
            (
                "pamtest",
                "1409304348",
                "xxxxxx",
                "76480565cbe296026c53aaacd1ad523a1ddba24f",
            ),
        ] {
            assert!(is_signature(expected, &[token, timestamp, nonce]));
            assert!(is_signature(&expected.to_uppercase(), &[nonce, token, timestamp]));
            assert!(!is_signature(expected, &[token, timestamp, "other"]));
            assert!(!is_signature(&expected[1..], &[token, timestamp, nonce]));
            assert!(!is_signature("", &[token, timestamp, nonce]));
        }
    }
}

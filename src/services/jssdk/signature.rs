use sha1::{Digest, Sha1};

/// The signature of a page: SHA-1 over ticket, nonce, timestamp and URL in the order of their names, with the values as they
/// are (JS-SDK使用权限签名算法). `url` has no fragment.
pub fn signature(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    let text = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
    hex::encode(Sha1::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_examples_are_signed() {
        let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
        for (url, expected) in [
            (
                "http://mp.weixin.qq.com?params=value",
                "0f9de62fce790f9a083d5c99e95740ceb90c27ed",
            ),
            ("http://mp.weixin.qq.com", "f4d90daf4b3bca3078ab155816175ba34c443a7b"),
        ] {
            assert_eq!(signature(ticket, "Wm3WZYTPz0wzccnW", 1_414_587_457, url), expected);
        }
    }
}

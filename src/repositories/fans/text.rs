//! Makes the platform's texts fit the columns of every backend.

const NICKNAME_CHARACTERS: usize = 128;
const AVATAR_URL_BYTES: usize = 1024;
const UNIONID_BYTES: usize = 64;
const SCENE_CHARACTERS: usize = 64;

/// A nickname without NUL characters, which PostgreSQL refuses, cut after 128 characters.
pub fn nickname(text: &str) -> String {
    let kept = text.chars().filter(|character| *character != '\0');
    kept.take(NICKNAME_CHARACTERS).collect()
}

/// How a fan came to follow, cut after 64 characters and without NUL characters.
pub fn subscribe_scene(text: &str) -> String {
    let kept = text.chars().filter(|character| *character != '\0');
    kept.take(SCENE_CHARACTERS).collect()
}

/// An avatar's URL. Empty if it is too long or contains a NUL, because a part of a URL is useless.
pub fn avatar_url(text: &str) -> &str {
    fit(text, AVATAR_URL_BYTES).unwrap_or_default()
}

/// A unionid. None if it does not fit, because a part of it could belong to another fan. MySQL's column stores ASCII.
pub fn unionid(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty() && text.is_ascii())
        .and_then(|text| fit(text, UNIONID_BYTES))
}

fn fit(text: &str, bytes: usize) -> Option<&str> {
    (text.len() <= bytes && !text.contains('\0')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_loses_nul_and_what_is_beyond_128_characters() {
        assert_eq!(nickname("小\0明🎉"), "小明🎉");
        assert_eq!(nickname(&"粉".repeat(200)), "粉".repeat(128));
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        assert_eq!(avatar_url("https://thirdwx.qlogo.cn/a"), "https://thirdwx.qlogo.cn/a");
        assert_eq!(avatar_url(&"a".repeat(1025)), "");
        assert_eq!(unionid(Some("oMade-Up")), Some("oMade-Up"));
        for unfit in ["", "o\0", "o粉", &"o".repeat(65)] {
            assert_eq!(unionid(Some(unfit)), None);
        }
    }
}

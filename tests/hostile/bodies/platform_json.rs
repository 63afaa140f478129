//! Whatever the platform sends is read as a value within bounds or an error without secrets.

use fanpass::{
    clients::wechat::{Endpoint, PlatformError, Response},
    domain::OpenId,
};
use secrecy::{ExposeSecret, SecretString};

/// `data` as the body of every kind of response.
pub fn check(data: &[u8]) {
    let fan = OpenId::parse("oMadeUp").unwrap();
    for status in [200, 502] {
        let response = |endpoint| Response::new(endpoint, status, data.to_vec());
        match response(Endpoint::Exchange).grant() {
            Ok(grant) => {
                let access = grant.access_token.expose_secret().len();
                let refresh = grant.refresh_token.expose_secret().len();
                assert!(
                    (1..=2048).contains(&access) && refresh <= 2048,
                    "{access} and {refresh} bytes of tokens"
                );
                assert!(grant.openid.as_str().len() <= OpenId::MAX_LEN);
                assert_sent(data, grant.openid.as_str());
                assert_sent(data, grant.access_token.expose_secret());
                assert_sent(data, grant.refresh_token.expose_secret());
                assert!(grant.unionid.is_none_or(|unionid| (1..=64).contains(&unionid.len())));
            }
            Err(error) => assert_harmless(&error),
        }
        match response(Endpoint::UserInfo).profile(&fan) {
            Ok(profile) => {
                assert_eq!((status, &profile.openid), (200, &fan));
                assert!(profile.nickname.chars().count() <= 256 && profile.avatar_url.len() <= 1024);
                assert!(
                    !profile.nickname.chars().any(char::is_control),
                    "{:?}",
                    profile.nickname
                );
                assert!(profile.avatar_url.is_empty() || profile.avatar_url.starts_with("http"));
                assert!(profile.unionid.is_none_or(|unionid| (1..=64).contains(&unionid.len())));
            }
            Err(error) => assert_harmless(&error),
        }
        match response(Endpoint::Refresh).renewed(&fan, &SecretString::from("made-up-old")) {
            Ok(grant) => {
                let refresh = grant.refresh_token.expose_secret();
                assert_eq!((status, &grant.openid), (200, &fan));
                assert!(
                    (1..=2048).contains(&refresh.len()),
                    "{} bytes of a token",
                    refresh.len()
                );
            }
            Err(error) => assert_harmless(&error),
        }
        for read in [
            response(Endpoint::Check).confirmation(),
            response(Endpoint::StableToken).issued("access_token").map(drop),
        ] {
            match read {
                Ok(()) => assert_eq!(status, 200),
                Err(error) => assert_harmless(&error),
            }
        }
    }
}

/// An id or a token is a piece of what was sent, never one that was put together: a fan would be taken for another.
/// Escapes may write it in another way.
fn assert_sent(data: &[u8], id: &str) {
    let is_sent = id.is_empty() || data.windows(id.len()).any(|part| part == id.as_bytes());
    assert!(is_sent || data.contains(&b'\\'), "{id:?} was never sent");
}

/// The text of an error goes to the log: short, on one line, and without anything as long as a token.
fn assert_harmless(error: &PlatformError) {
    let text = error.to_string();
    assert!(
        text.chars().count() < 300 && !text.chars().any(char::is_control),
        "{text:?}"
    );
    if let PlatformError::Refused { errmsg, .. } = error {
        let mut words = errmsg.split(|character: char| !character.is_ascii_alphanumeric() && !"-_".contains(character));
        assert!(words.all(|word| word.len() <= 24 || is_rid(word)), "{text:?}");
    }
    // Every error has a class: a login knows what to do about it.
    let _ = error.class();
}

/// Three groups of eight hexadecimal digits.
fn is_rid(word: &str) -> bool {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.len() == 26 && word.split('-').map(str::len).eq([8, 8, 8]) && word.split('-').all(is_digits)
}

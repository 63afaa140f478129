use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::domain::Timestamp;

/// The value of `Fanpass-Signature`, after the model of the webhooks of well-known services: `t=<seconds>,v1=<HMAC-SHA256 over
/// the seconds, a dot and the body, in hexadecimal digits>`. None: no such secret is possible.
///
/// The time is in it so that the target can refuse an old request that somebody sends again; `v1` so that another method can
/// follow.
pub fn signature_header(secret: &SecretString, now: Timestamp, body: &[u8]) -> Option<String> {
    let time = now.unix_seconds().to_string();
    let mut hmac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    hmac.update(time.as_bytes());
    hmac.update(b".");
    hmac.update(body);
    Some(format!("t={time},v1={}", hex::encode(hmac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected digits are those of `printf '1764201600.{"a":1}' | openssl dgst -sha256 -hmac made-up`.
    #[test]
    fn the_signature_is_over_the_time_a_dot_and_the_body() {
        let header = signature_header(
            &"made-up".into(),
            Timestamp::from_unix_seconds(1_764_201_600),
            br#"{"a":1}"#,
        );
        assert_eq!(
            header.as_deref(),
            Some("t=1764201600,v1=6200c5bbdc514904a352b5a160c772456eaca85af1cf188b71725ab0a36b8f7a")
        );
    }
}

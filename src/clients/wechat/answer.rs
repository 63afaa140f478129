use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use super::{Endpoint, PlatformError};

/// Longest platform text that is kept, in characters.
const ERRMSG_CHARS: usize = 200;

/// A run of letters and digits longer than this may be a token, a code or a secret.
const TOKEN_LENGTH: usize = 24;

/// The bytes of an answer, complete, whatever they are.
pub struct Answer {
    endpoint: Endpoint,
    status: u16,
    body: Vec<u8>,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default, deserialize_with = "errcode")]
    errcode: i64,
    #[serde(default)]
    errmsg: Option<String>,
}

impl Answer {
    /// What an endpoint answered.
    pub const fn new(endpoint: Endpoint, status: u16, body: Vec<u8>) -> Self {
        Self { endpoint, status, body }
    }

    /// Reads the answer as UTF-8 JSON, whatever its content type says: the platform sends `text/plain` without a charset.
    pub(super) fn strict<T: DeserializeOwned>(&self) -> Result<T, PlatformError> {
        let text = std::str::from_utf8(&self.body).map_err(|_| self.garbage("not UTF-8"))?;
        self.read(text)
    }

    /// Like [`Self::strict`], but broken bytes are replaced: they have been seen in nicknames and avatar addresses.
    pub(super) fn lenient<T: DeserializeOwned>(&self) -> Result<T, PlatformError> {
        self.read(&String::from_utf8_lossy(&self.body))
    }

    /// The error for an answer that is not what the platform documents.
    pub(super) fn garbage(&self, fault: &'static str) -> PlatformError {
        PlatformError::Garbage {
            endpoint: self.endpoint,
            status: self.status,
            fault,
        }
    }

    fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, PlatformError> {
        let text = text.trim_start_matches('\u{feff}');
        let failure: Failure = serde_json::from_str(text).map_err(|_| self.garbage("not a JSON object"))?;
        if failure.errcode != 0 {
            return Err(PlatformError::Refused {
                endpoint: self.endpoint,
                errcode: failure.errcode,
                errmsg: shortened(&failure.errmsg.unwrap_or_default()),
            });
        }
        if self.status != 200 {
            return Err(self.garbage("not the status 200"));
        }
        serde_json::from_str(text).map_err(|_| self.garbage("a field is missing or of the wrong type"))
    }
}

/// The platform's words without control characters and without anything as long as a token, should they ever echo one.
/// A `rid` survives: its groups have eight digits.
fn shortened(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|character| !character.is_control())
        .take(ERRMSG_CHARS)
        .collect();
    let words = text.split_inclusive(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    words
        .map(|word| if word.len() > TOKEN_LENGTH { "…" } else { word })
        .collect()
}

/// Some old endpoints wrote the number as a string.
fn errcode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Integer(i64),
        Text(String),
    }
    match Number::deserialize(deserializer)? {
        Number::Integer(number) => Ok(number),
        Number::Text(text) => text.trim().parse().map_err(serde::de::Error::custom),
    }
}

/// A text that may be absent or null.
pub(super) fn text_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &[u8]) -> Answer {
        Answer::new(Endpoint::Exchange, status, body.to_vec())
    }

    #[derive(Debug, Deserialize)]
    struct Named {
        name: String,
    }

    #[test]
    fn absent_or_zero_is_success() {
        for body in [
            r#"{"name":"a"}"#,
            r#"{"errcode":0,"errmsg":"ok","name":"a"}"#,
            r#"{"errcode":"0","name":"a"}"#,
        ] {
            assert_eq!(answer(200, body.as_bytes()).strict::<Named>().unwrap().name, "a");
        }
    }

    #[test]
    fn a_number_is_an_error_even_with_status_200_or_as_text() {
        for body in [r#"{"errcode":40029,"errmsg":"invalid code"}"#, r#"{"errcode":"40029"}"#] {
            let error = answer(200, body.as_bytes()).strict::<Named>().unwrap_err();
            assert!(
                matches!(error, PlatformError::Refused { errcode: 40029, .. }),
                "{error}"
            );
        }
    }

    #[test]
    fn garbage_is_told_from_refusals() {
        let bodies: [&[u8]; 7] = [
            b"",
            b"<html>",
            b"[]",
            b"null",
            b"{}",
            b"{\"name\":\"\xff\"}",
            b"{\"errcode\":\"many\"}",
        ];
        for body in bodies {
            let error = answer(200, body).strict::<Named>().unwrap_err();
            assert!(matches!(error, PlatformError::Garbage { .. }), "{error}");
        }
        let error = answer(502, br#"{"name":"a"}"#).strict::<Named>().unwrap_err();
        assert!(matches!(error, PlatformError::Garbage { status: 502, .. }), "{error}");
    }

    #[test]
    fn broken_bytes_are_replaced_where_leniency_is_asked_for() {
        let named: Named = answer(200, b"{\"name\":\"a\xffb\"}").lenient().unwrap();
        assert_eq!(named.name, "a\u{fffd}b");
    }

    #[test]
    fn a_secret_that_the_platform_echoes_is_not_kept_but_its_rid_is() {
        let body = r#"{"errcode":40029,"errmsg":"invalid code madeUp00000000000000000000000000, rid: 61e936b9-276749dc-04f60413"}"#;
        let error = answer(200, body.as_bytes()).strict::<Named>().unwrap_err().to_string();
        assert!(
            !error.contains("madeUp") && error.contains("61e936b9-276749dc-04f60413"),
            "{error}"
        );
    }

    #[test]
    fn the_platforms_words_are_shortened() {
        let body = format!(r#"{{"errcode":1,"errmsg":"{}"}}"#, "长".repeat(5000));
        let error = answer(200, body.as_bytes()).strict::<Named>().unwrap_err();
        assert!(error.to_string().chars().count() < 300);
    }
}

use serde::de::DeserializeOwned;

use super::{Endpoint, PlatformError, fields::Fields, repair::repaired};
use crate::domain::is_invisible;

/// Longest error message of the platform that is kept, in characters.
const ERRMSG_CHARS: usize = 200;

/// A run of letters, digits, `-` and `_` longer than this may be a token, a code or a secret.
const TOKEN_LENGTH: usize = 24;

/// A complete response with a body of any bytes.
pub struct Response {
    endpoint: Endpoint,
    status: u16,
    body: Vec<u8>,
}

impl Response {
    /// The response of an endpoint.
    pub const fn new(endpoint: Endpoint, status: u16, body: Vec<u8>) -> Self {
        Self { endpoint, status, body }
    }

    /// The fields of a response that is no error. The content type does not matter: the platform sends `text/plain`
    /// without a charset. Refused here is only a body that is no JSON object or whose error number cannot be read; the
    /// fields are checked by their readers.
    pub(super) fn fields(&self) -> Result<Fields, PlatformError> {
        if self.body.trim_ascii().is_empty() {
            return Err(self.garbage("an empty body"));
        }
        let text = repaired(&self.body);
        let fields: Fields = serde_json::from_str(&text).map_err(|_| self.garbage("not a JSON object"))?;
        match fields.errcode() {
            Ok(None | Some(0)) if self.status == 200 => Ok(fields),
            Ok(None | Some(0)) => Err(self.garbage("not the status 200")),
            Ok(Some(errcode)) => Err(PlatformError::Refused {
                endpoint: self.endpoint,
                errcode,
                errmsg: shortened(&fields.text("errmsg")),
            }),
            Err(_) => Err(self.garbage("an errcode that is no number")),
        }
    }

    /// A response that is no error, with an object inside.
    pub(super) fn nested<T: DeserializeOwned>(&self) -> Result<T, PlatformError> {
        self.fields()?;
        serde_json::from_str(&repaired(&self.body)).map_err(|_| self.garbage("not the objects that are documented"))
    }

    /// The error for a response that is not what the platform documents.
    pub(super) fn garbage(&self, fault: &'static str) -> PlatformError {
        PlatformError::Garbage {
            endpoint: self.endpoint,
            status: self.status,
            fault,
        }
    }
}

/// The platform's message without control characters, without invisible characters (some change the direction of the
/// following text), and without any word as long as a token, in case it repeats one.
fn shortened(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|character| !character.is_control() && !is_invisible(*character))
        .take(ERRMSG_CHARS)
        .collect();
    let words = text.split_inclusive(|character: char| !is_of_token(character));
    words
        .map(|word| {
            let bare = word.trim_end_matches(|character| !is_of_token(character));
            if bare.len() > TOKEN_LENGTH && !is_rid(bare) {
                "…"
            } else {
                word
            }
        })
        .collect()
}

/// Web tokens may contain `-` and `_`.
const fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// The platform's request id, which its support asks for: three groups of eight hexadecimal digits.
fn is_rid(word: &str) -> bool {
    let is_group = |group: &str| group.len() == 8 && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.split('-').count() == 3 && word.split('-').all(is_group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &[u8]) -> Response {
        Response::new(Endpoint::Exchange, status, body.to_vec())
    }

    fn name(status: u16, body: &[u8]) -> Result<String, PlatformError> {
        response(status, body).fields().map(|fields| fields.text("name"))
    }

    #[test]
    fn absent_or_zero_is_success() {
        for body in [
            r#"{"name":"a"}"#,
            r#"{"errcode":0,"errmsg":"ok","name":"a"}"#,
            r#"{"errcode":"0","name":"a"}"#,
            "\u{feff}{\"errcode\":null,\"name\":\"a\"}\0",
        ] {
            assert_eq!(name(200, body.as_bytes()).unwrap(), "a", "{body}");
        }
    }

    #[test]
    fn a_number_is_an_error_even_with_status_200_or_as_text() {
        for body in [
            r#"{"errcode":40029,"errmsg":"invalid code"}"#,
            r#"{"errcode":"40029"}"#,
            r#"{"errcode":" 40029 ","errmsg":40029}"#,
            r#"{"errcode":40029.0,"name":"a"}"#,
        ] {
            for status in [200, 502] {
                let error = name(status, body.as_bytes()).unwrap_err();
                assert!(
                    matches!(error, PlatformError::Refused { errcode: 40029, .. }),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn garbage_and_refusals_are_distinguished() {
        let bodies: [&[u8]; 9] = [
            b"",
            b" \n",
            b"<html>",
            b"[]",
            b"null",
            b"{\"name\":\"a\"",
            b"{\"name\":\"a\"}{}",
            b"{\"errcode\":\"many\",\"name\":\"a\"}",
            b"{\"errcode\":4\xff0029,\"name\":\"a\"}",
        ];
        for body in bodies {
            let error = name(200, body).unwrap_err();
            assert!(matches!(error, PlatformError::Garbage { .. }), "{error}");
        }
        let error = name(502, br#"{"name":"a"}"#).unwrap_err();
        assert!(matches!(error, PlatformError::Garbage { status: 502, .. }), "{error}");
        assert!(name(200, b"").unwrap_err().to_string().contains("an empty body"));
    }

    #[test]
    fn a_secret_that_the_platform_echoes_is_not_kept_but_its_rid_is() {
        let body = r#"{"errcode":40029,"errmsg":"invalid code madeUp00000000000000000000000000, rid: 61e936b9-276749dc-04f60413"}"#;
        let error = name(200, body.as_bytes()).unwrap_err().to_string();
        assert!(
            !error.contains("madeUp") && error.contains("61e936b9-276749dc-04f60413"),
            "{error}"
        );
    }

    #[test]
    fn no_piece_of_a_token_with_hyphens_survives() {
        for token in [
            "46_madeUp-madeUp-madeUp-madeUp-madeUp-madeUp",
            "a1b2c3d4-a1b2c3d4-a1b2c3d4-a1b2c3d4",
            "a1b2c3d4-a1b2c3d4-a1b2c3dmadeUp",
        ] {
            let kept = shortened(&format!("invalid credential {token}, rid: 61e936b9-276749dc-04f60413"));
            assert_eq!(kept, "invalid credential … rid: 61e936b9-276749dc-04f60413");
        }
    }

    #[test]
    fn the_platforms_message_cannot_change_the_direction_of_a_line() {
        assert_eq!(shortened("a\u{202e}b\u{2066}c\u{61c}d\u{200f}e\u{1b}f"), "abcdef");
    }

    #[test]
    fn the_platforms_message_is_shortened() {
        let body = format!(r#"{{"errcode":1,"errmsg":"{}"}}"#, "长".repeat(5000));
        let error = name(200, body.as_bytes()).unwrap_err();
        assert!(error.to_string().chars().count() < 300);
    }
}

use std::{fmt, time::Duration};

use awc::{ClientResponse, http::header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;

use super::RelayError;
use crate::{clients::wechat::fields::Fields, domain::Deadline};

/// The longest answer that is looked into, in bytes. The platform's errors have less than 1 KiB.
const LOOKED_INTO: u64 = 64 * 1024;

/// The platform's answer. It is whole once [`RelayAnswer::chunk`] has returned `None`; one that is dropped before is not.
pub struct RelayAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that go back with it. `Content-Encoding` is among them because without it an encoded body, though nobody
    /// asked for one, could not be read.
    pub headers: Vec<(&'static str, Vec<u8>)>,
    /// The length of the body in bytes, if the platform said so.
    pub length: Option<u64>,
    errcode: i64,
    first: Bytes,
    rest: Option<ClientResponse>,
    stall: Duration,
}

impl RelayAnswer {
    /// The answer whose head came, with its first bytes. Each further piece may take as long as `stall`.
    pub(super) async fn begin(response: ClientResponse, stall: Duration) -> Result<Self, RelayError> {
        let returned = [
            header::CONTENT_TYPE,
            header::CONTENT_DISPOSITION,
            header::CONTENT_ENCODING,
        ];
        let names = ["content-type", "content-disposition", "content-encoding"];
        let values = returned.iter().map(|name| response.headers().get(name));
        let headers = names.into_iter().zip(values);
        let length = response.headers().get(header::CONTENT_LENGTH);
        let mut answer = Self {
            status: response.status().as_u16(),
            headers: headers
                .filter_map(|(name, value)| Some((name, value?.as_bytes().to_vec())))
                .collect(),
            length: length.and_then(|length| length.to_str().ok()?.parse().ok()),
            errcode: 0,
            first: Bytes::new(),
            rest: Some(response),
            stall,
        };
        answer.look().await?;
        Ok(answer)
    }

    /// The platform's error code; 0 for an answer without one, or of which only the first bytes came yet.
    pub const fn errcode(&self) -> i64 {
        self.errcode
    }

    /// Whether the platform refused the token.
    pub const fn refuses_token(&self) -> bool {
        matches!(self.errcode, 40001 | 40014 | 42001)
    }

    /// The next bytes; `None` at the end of a whole body.
    ///
    /// # Errors
    /// [`RelayError`] if the body breaks off or does not go on. It ends with the first error.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, RelayError> {
        if !self.first.is_empty() {
            return Ok(Some(std::mem::take(&mut self.first)));
        }
        self.read().await
    }

    /// The body, if all of it is here already.
    pub fn take_whole(&mut self) -> Option<Bytes> {
        self.rest.is_none().then(|| std::mem::take(&mut self.first))
    }

    /// Reads on as long as it may be an error of the platform's.
    async fn look(&mut self) -> Result<(), RelayError> {
        if self.length.is_some_and(|length| length > LOOKED_INTO) {
            return Ok(());
        }
        let mut first = BytesMut::new();
        while may_be_error(&first) && u64::try_from(first.len()).is_ok_and(|read| read <= LOOKED_INTO) {
            match self.read().await? {
                Some(chunk) => first.extend_from_slice(&chunk),
                None => {
                    self.errcode = errcode(&first).unwrap_or(0);
                    break;
                }
            }
        }
        self.first = first.freeze();
        Ok(())
    }

    async fn read(&mut self) -> Result<Option<Bytes>, RelayError> {
        let Some(rest) = &mut self.rest else {
            return Ok(None);
        };
        let next = Deadline::after(self.stall).run(rest.next()).await;
        let chunk = match next {
            Ok(Some(Ok(chunk))) => return Ok(Some(chunk)),
            Ok(Some(Err(error))) => Err(RelayError::Unreachable(format!("the answer broke off: {error}"))),
            Ok(None) => Ok(None),
            Err(_) => Err(RelayError::Timeout),
        };
        self.rest = None;
        chunk
    }
}

/// The platform's errors are JSON objects.
fn may_be_error(first: &[u8]) -> bool {
    matches!(without_mark(first).trim_ascii_start().first(), None | Some(b'{'))
}

fn errcode(body: &[u8]) -> Option<i64> {
    let fields: Fields = serde_json::from_slice(without_mark(body)).ok()?;
    fields.whole_number("errcode")
}

fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text)
}

/// Shows nothing of the body.
impl fmt::Debug for RelayAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RelayAnswer")
            .field("status", &self.status)
            .field("length", &self.length)
            .field("errcode", &self.errcode)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_like_an_object_is_looked_into() {
        for text in ["", " \n", "{", "\u{feff}", "\u{feff} {\"errcode\":0}"] {
            assert!(may_be_error(text.as_bytes()), "{text:?}");
        }
        for bytes in [b"\xff\xd8\xff".as_slice(), b"\x1f\x8b", b"[{}]", b"ok", b" ok {"] {
            assert!(!may_be_error(bytes), "{bytes:?}");
        }
    }

    #[test]
    fn an_error_code_is_a_number_or_a_text_of_the_outermost_object() {
        for (body, code) in [
            (r#"{"errcode":40001,"errmsg":"x"}"#, Some(40001)),
            (" {\"errmsg\":\"x\",\"errcode\":\"42001\"}", Some(42001)),
            ("\u{feff}{\"errcode\":-1}", Some(-1)),
            (r#"{"nested":{"errcode":40001}}"#, None),
            (r#"{"errcode":40001"#, None),
            ("", None),
        ] {
            assert_eq!(errcode(body.as_bytes()), code, "{body}");
        }
    }
}

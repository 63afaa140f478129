use std::fmt;

use awc::{
    ClientResponse,
    http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING},
};
use bytes::Bytes;
use futures_util::StreamExt;
use secrecy::{ExposeSecret, SecretString};

use super::MediaId;
use crate::{
    clients::wechat::{
        Endpoint, PlatformError, WeChatClient,
        request::{Broken, broken_off, too_long},
    },
    domain::Deadline,
    telemetry::Stopwatch,
};

const ENDPOINT: Endpoint = Endpoint::MediaDownload;

/// A file on its way. It is whole once [`Download::chunk`] has returned `None`; one that is dropped before is not.
pub struct Download {
    client: WeChatClient,
    begun: Stopwatch,
    deadline: Deadline,
    content_type: String,
    first: Option<Bytes>,
    rest: ClientResponse,
    /// How many bytes may still come.
    left: u64,
    is_over: bool,
}

impl WeChatClient {
    /// Downloads a file (获取临时素材) of at most `limit` bytes. The deadline holds to its last byte.
    ///
    /// # Errors
    /// [`PlatformError`]; of class `NotFound` if there is no such file, `Garbage` if what came is no file, has no
    /// marked end (a part of it would look whole), or is too long.
    pub async fn download(
        &self,
        account_token: &SecretString,
        media_id: &MediaId,
        limit: u64,
        deadline: Deadline,
    ) -> Result<Download, PlatformError> {
        let begun = Stopwatch::start();
        let query = [
            ("access_token", account_token.expose_secret()),
            ("media_id", media_id.as_str()),
        ];
        let url = self.url(ENDPOINT, &query);
        let opened = self.repeated(ENDPOINT, deadline, async || self.open(&url, limit, deadline).await);
        match opened.await {
            Ok((first, rest)) => Ok(Download {
                client: self.clone(),
                begun,
                deadline,
                content_type: content_type(rest.headers()),
                first: Some(first),
                rest,
                left: limit,
                is_over: false,
            }),
            Err(error) => {
                self.record(ENDPOINT, Some(&error), begun.elapsed());
                Err(error)
            }
        }
    }

    /// The response and the first bytes of a file.
    async fn open(&self, url: &str, limit: u64, deadline: Deadline) -> Result<(Bytes, ClientResponse), Broken> {
        let sent = self.request(ENDPOINT, url, deadline).send().await;
        let mut response = sent.map_err(|error| Broken::sending(ENDPOINT, &error))?;
        let status = response.status().as_u16();
        let garbage = |fault| {
            Broken::Other(PlatformError::Garbage {
                endpoint: ENDPOINT,
                status,
                fault,
            })
        };
        let mut first = Bytes::new();
        while first.is_empty() {
            match response.next().await {
                Some(Ok(chunk)) => first = chunk,
                Some(Err(error)) => return Err(Broken::Other(broken_off(ENDPOINT, &error))),
                None => return Err(garbage("an empty body")),
            }
        }
        let is_text = is_text(&content_type(response.headers())) && !looks_like_picture(&first);
        if is_text || looks_like_json(&first) {
            let body = self
                .rest_of(ENDPOINT, first, &mut response)
                .await
                .map_err(Broken::Other)?;
            return Err(Broken::Other(match body.fields() {
                Err(error @ PlatformError::Refused { .. }) => error,
                Ok(fields) if !fields.text("video_url").is_empty() => body.garbage(PlatformError::VIDEO),
                _ => body.garbage("no file"),
            }));
        }
        if status != 200 {
            return Err(garbage("not the status 200"));
        }
        match announced(response.headers()) {
            Announced::Nothing => Err(garbage("a file whose end is not marked")),
            Announced::Length(length) if length > limit => Err(Broken::Other(too_long(ENDPOINT, status))),
            Announced::Length(_) | Announced::Chunks => Ok((first, response)),
        }
    }
}

impl Download {
    /// The content type as the platform sends it. It is not to be trusted: look at the bytes.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The next bytes; `None` at the end of a whole file.
    ///
    /// # Errors
    /// [`PlatformError`] if the file breaks off, is too long or does not end in time. It ends with the first error.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, PlatformError> {
        if self.is_over {
            return Ok(None);
        }
        let deadline = self.deadline;
        let chunk = deadline
            .run(self.next())
            .await
            .unwrap_or(Err(PlatformError::Timeout { endpoint: ENDPOINT }));
        if !matches!(chunk, Ok(Some(_))) {
            self.is_over = true;
            self.client.record(ENDPOINT, chunk.as_ref().err(), self.begun.elapsed());
        }
        chunk
    }

    async fn next(&mut self) -> Result<Option<Bytes>, PlatformError> {
        let chunk = match self.first.take() {
            Some(first) => first,
            None => match self.rest.next().await {
                Some(Ok(chunk)) => chunk,
                Some(Err(error)) => return Err(broken_off(ENDPOINT, &error)),
                None => return Ok(None),
            },
        };
        let left = u64::try_from(chunk.len())
            .ok()
            .and_then(|length| self.left.checked_sub(length));
        self.left = left.ok_or_else(|| too_long(ENDPOINT, self.rest.status().as_u16()))?;
        Ok(Some(chunk))
    }
}

/// How the end of a body is marked.
enum Announced {
    Length(u64),
    Chunks,
    Nothing,
}

fn announced(headers: &HeaderMap) -> Announced {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(TRANSFER_ENCODING), text(CONTENT_LENGTH).map(str::parse)) {
        (Some(encoding), _) if encoding.trim().eq_ignore_ascii_case("chunked") => Announced::Chunks,
        (None, Some(Ok(length))) => Announced::Length(length),
        _ => Announced::Nothing,
    }
}

fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// The platform's errors come as text.
fn is_text(content_type: &str) -> bool {
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence.starts_with("text/") || essence == "application/json"
}

/// Whatever its content type says.
fn looks_like_picture(first: &[u8]) -> bool {
    let beginnings: [&[u8]; 4] = [b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF"];
    beginnings.iter().any(|beginning| first.starts_with(beginning))
}

/// No file that the platform keeps begins with a blank or a brace.
fn looks_like_json(first: &[u8]) -> bool {
    let text = first.strip_prefix("\u{feff}".as_bytes()).unwrap_or(first);
    matches!(text.trim_ascii_start().first(), None | Some(b'{'))
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("content_type", &self.content_type)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

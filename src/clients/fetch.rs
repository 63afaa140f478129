//! One request with its response, or why there is none: for `fanpass check`, which names the cause and the fix.

use std::{
    io,
    time::{Duration, SystemTime},
};

use awc::{
    error::{ConnectError, PayloadError, SendRequestError},
    http::{
        Method,
        header::{DATE, HeaderMap, HeaderName, HttpDate, LOCATION},
    },
};
use serde::Serialize;
use url::Url;

use super::{
    json::json,
    wechat::{
        TlsConfig,
        connector::{http_client, unencrypted},
    },
};
use crate::domain::{Deadline, Timestamp};

/// Longest body that is read, in bytes. Our own files and the platform's responses are smaller.
const MAX_BODY: usize = 256 * 1024;

/// A client that follows no redirect and gives up at a deadline.
pub struct Fetcher {
    tls: TlsConfig,
    timeout: Duration,
}

/// The response, whatever it is.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The status of the response, redirects and errors included.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The server's time, from the header `Date`.
    pub date: Option<Timestamp>,
    /// The body; empty if it is longer than 256 KiB.
    pub body: Vec<u8>,
}

/// Why there is no response. No variant holds the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// No name server knows the host.
    #[error("its name resolves to no IP address")]
    UnknownHost,
    /// The host is there and nothing listens.
    #[error("the connection is refused: nothing listens there")]
    Refused,
    /// No complete response in time.
    #[error("no response within {} ms", .0.as_millis())]
    Timeout(Duration),
    /// A certificate that is not valid for this host.
    #[error("its certificate is not good for this name ({0})")]
    Certificate(String),
    /// The server's TLS does not fit ours.
    #[error("TLS fails ({0})")]
    Tls(String),
    /// Anything else.
    #[error("the connection fails ({0})")]
    Broken(String),
}

impl Fetcher {
    /// A client whose requests may take `timeout` each.
    pub fn new(tls: &TlsConfig, timeout: Duration) -> Self {
        Self {
            tls: tls.clone(),
            timeout,
        }
    }

    /// # Errors
    /// [`FetchError`] if no complete response came.
    pub async fn get(&self, url: &Url) -> Result<Fetched, FetchError> {
        self.complete(self.request(Method::GET, url).send()).await
    }

    /// # Errors
    /// [`FetchError`] if no complete response came.
    pub async fn post_json(&self, url: &Url, body: &impl Serialize) -> Result<Fetched, FetchError> {
        let body = json(body).map_err(|_| FetchError::Broken("the request cannot be written as JSON".to_owned()))?;
        let request = self.request(Method::POST, url).content_type("application/json");
        self.complete(request.send_body(body)).await
    }

    fn request(&self, method: Method, url: &Url) -> awc::ClientRequest {
        let http = http_client(&self.tls, url, self.timeout);
        http.request(method, unencrypted(url).as_str()).force_close()
    }

    async fn complete(&self, sent: awc::SendClientRequest) -> Result<Fetched, FetchError> {
        let work = async {
            let mut response = sent.await.map_err(|error| self.send_error(error))?;
            let body = match response.body().limit(MAX_BODY).await {
                Ok(body) => body.to_vec(),
                // It is not the file or response that is looked for.
                Err(PayloadError::Overflow) => Vec::new(),
                Err(error) => return Err(FetchError::Broken(format!("the response broke off: {error}"))),
            };
            Ok(Fetched {
                status: response.status().as_u16(),
                location: header(response.headers(), LOCATION),
                date: header(response.headers(), DATE).and_then(|text| moment(&text)),
                body,
            })
        };
        let in_time = Deadline::after(self.timeout).run(work).await;
        in_time.unwrap_or(Err(FetchError::Timeout(self.timeout)))
    }

    fn send_error(&self, error: SendRequestError) -> FetchError {
        match error {
            SendRequestError::Timeout | SendRequestError::Connect(ConnectError::Timeout) => {
                FetchError::Timeout(self.timeout)
            }
            SendRequestError::Connect(
                ConnectError::Resolver(_) | ConnectError::NoRecords | ConnectError::Unresolved,
            ) => FetchError::UnknownHost,
            SendRequestError::Connect(ConnectError::Io(error)) => connection_error(&error),
            other => FetchError::Broken(other.to_string()),
        }
    }
}

/// Errors of TLS are wrapped in errors of the connection.
fn connection_error(error: &io::Error) -> FetchError {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (tls, error.kind()) {
        (Some(rustls::Error::InvalidCertificate(cause)), _) => FetchError::Certificate(cause.to_string()),
        (Some(cause), _) => FetchError::Tls(cause.to_string()),
        (None, io::ErrorKind::ConnectionRefused) => FetchError::Refused,
        (None, _) => FetchError::Broken(error.to_string()),
    }
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn moment(text: &str) -> Option<Timestamp> {
    let date: HttpDate = text.parse().ok()?;
    let since_1970 = SystemTime::from(date).duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since_1970.as_secs())
        .ok()
        .map(Timestamp::from_unix_seconds)
}

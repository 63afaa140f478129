use std::{io, net::SocketAddr, time::Duration};

use awc::{
    ClientResponse,
    error::{ConnectError, SendRequestError},
    http::header,
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use url::Url;

use super::{AppsClient, RefusedAddress};
use crate::{clients::wechat::connector::unencrypted, domain::Deadline};

/// Bytes of an answer that are read.
const MAX_ANSWER: usize = 64 * 1024;
/// Addresses of one name that are tried, one after the other, while none of them takes the connection.
const MAX_ADDRESSES: usize = 4;
/// How much later than the deadline of a call awc gives up, so that the deadline decides.
const AFTER_DEADLINE: Duration = Duration::from_secs(1);

/// A `POST` to one of the operator's systems.
#[derive(Debug, Clone)]
pub struct AppCall<'a> {
    /// Where to.
    pub url: &'a Url,
    /// Whether it may be an address of this machine or of an own network.
    pub is_private: bool,
    /// The media type of the body.
    pub content_type: &'static str,
    /// More headers.
    pub headers: &'a [(&'static str, String)],
    /// The body.
    pub body: Bytes,
}

/// The answer of a system, whose body was not read yet.
pub struct AppResponse {
    status: u16,
    body: ClientResponse,
}

/// Why there is no answer. No variant holds the URL, which may have a secret in its query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppCallError {
    /// The name has no address.
    #[error("its name resolves to no address")]
    UnknownHost,
    /// An address that must not be called.
    #[error(transparent)]
    Refused(#[from] RefusedAddress),
    /// Nobody takes the connection.
    #[error("it takes no connection ({0})")]
    Unreachable(String),
    /// The deadline passed.
    #[error("it did not answer in time")]
    Late,
    /// The connection broke, or what came is no HTTP.
    #[error("the connection broke ({0})")]
    Broken(String),
    /// The body is longer than what is read.
    #[error("its answer is longer than 64 KiB")]
    TooLong,
}

impl AppsClient {
    /// Sends a call and waits for the head of the answer, which may be a redirect: it is not followed.
    ///
    /// # Errors
    /// [`AppCallError`].
    pub async fn post(&self, call: &AppCall<'_>, deadline: Deadline) -> Result<AppResponse, AppCallError> {
        let work = async {
            let addresses = self.resolver.addresses(call.url).await;
            let addresses = addresses.map_err(|_| AppCallError::UnknownHost)?;
            for address in &addresses {
                self.guard.judge(*address, call.is_private)?;
            }
            let mut result = Err(AppCallError::UnknownHost);
            for address in addresses.into_iter().take(MAX_ADDRESSES) {
                result = self.post_to(address, call, deadline).await;
                // Nothing was sent, so the next address may be tried.
                if !matches!(result, Err(AppCallError::Unreachable(_))) {
                    break;
                }
            }
            result
        };
        deadline.run(work).await.unwrap_or(Err(AppCallError::Late))
    }

    async fn post_to(
        &self,
        address: SocketAddr,
        call: &AppCall<'_>,
        deadline: Deadline,
    ) -> Result<AppResponse, AppCallError> {
        let client = match call.url.scheme() {
            "http" => &self.clients.1,
            _ => &self.clients.0,
        };
        let mut request = client
            .post(unencrypted(call.url).as_str())
            .address(address)
            .timeout(deadline.remaining().saturating_add(AFTER_DEADLINE))
            .force_close()
            .insert_header((header::HOST, host_header(call.url)))
            .content_type(call.content_type);
        for (name, value) in call.headers {
            request = request.insert_header((*name, value.as_str()));
        }
        let body = request.send_body(call.body.clone()).await.map_err(send_error)?;
        Ok(AppResponse {
            status: body.status().as_u16(),
            body,
        })
    }
}

impl AppResponse {
    /// The status.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Reads the body.
    ///
    /// # Errors
    /// [`AppCallError`] if it is longer than 64 KiB, breaks off, or does not end by the deadline.
    pub async fn read(mut self, deadline: Deadline) -> Result<Bytes, AppCallError> {
        let work = async {
            let mut read = BytesMut::new();
            while let Some(part) = self.body.next().await {
                let part = part.map_err(|error| AppCallError::Broken(error.to_string()))?;
                if read.len().saturating_add(part.len()) > MAX_ANSWER {
                    return Err(AppCallError::TooLong);
                }
                read.extend_from_slice(&part);
            }
            Ok(read.freeze())
        };
        deadline.run(work).await.unwrap_or(Err(AppCallError::Late))
    }
}

/// The host as a browser names it: without the port of the scheme, which [`unencrypted`] writes out.
fn host_header(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn send_error(error: SendRequestError) -> AppCallError {
    match error {
        SendRequestError::Timeout | SendRequestError::Connect(ConnectError::Timeout) => AppCallError::Late,
        SendRequestError::Connect(ConnectError::Io(error)) if is_tls(&error) => AppCallError::Broken(error.to_string()),
        SendRequestError::Connect(ConnectError::Io(error)) => AppCallError::Unreachable(error.kind().to_string()),
        SendRequestError::Connect(_) => AppCallError::Unreachable("no connection".to_owned()),
        other => AppCallError::Broken(other.to_string()),
    }
}

/// Errors of TLS are wrapped in errors of the connection.
fn is_tls(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
}

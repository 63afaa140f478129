use std::{io, net::SocketAddr, time::Duration};

use awc::{
    ClientRequest, ClientResponse, SendClientRequest,
    error::{ConnectError, SendRequestError},
    http::{Method, header},
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
    #[error("its answer is too long")]
    TooLong,
}

impl AppsClient {
    /// Sends a call and waits for the head of the answer, which may be a redirect: it is not followed.
    ///
    /// # Errors
    /// [`AppCallError`].
    pub async fn post(&self, call: &AppCall<'_>, deadline: Deadline) -> Result<AppResponse, AppCallError> {
        let send = |request: ClientRequest| {
            let mut request = request.content_type(call.content_type);
            for (name, value) in call.headers {
                request = request.insert_header((*name, value.as_str()));
            }
            request.send_body(call.body.clone())
        };
        self.send(Method::POST, call.url, call.is_private, deadline, send).await
    }

    /// Asks for what is at a URL, by the same rules as [`Self::post`].
    ///
    /// # Errors
    /// [`AppCallError`].
    pub(in crate::clients) async fn get(
        &self,
        url: &Url,
        is_private: bool,
        deadline: Deadline,
    ) -> Result<AppResponse, AppCallError> {
        self.send(Method::GET, url, is_private, deadline, ClientRequest::send)
            .await
    }

    async fn send(
        &self,
        method: Method,
        url: &Url,
        is_private: bool,
        deadline: Deadline,
        send: impl Fn(ClientRequest) -> SendClientRequest,
    ) -> Result<AppResponse, AppCallError> {
        let work = async {
            let addresses = self.resolver.addresses(url).await;
            let addresses = addresses.map_err(|_| AppCallError::UnknownHost)?;
            for address in &addresses {
                self.guard.judge(*address, is_private)?;
            }
            let mut result = Err(AppCallError::UnknownHost);
            for address in addresses.into_iter().take(MAX_ADDRESSES) {
                let request = self.request_to(address, &method, url, deadline);
                result = send(request).await.map_err(send_error).map(AppResponse::new);
                // Nothing was sent, so the next address may be tried.
                if !matches!(result, Err(AppCallError::Unreachable(_))) {
                    break;
                }
            }
            result
        };
        deadline.run(work).await.unwrap_or(Err(AppCallError::Late))
    }

    fn request_to(&self, address: SocketAddr, method: &Method, url: &Url, deadline: Deadline) -> ClientRequest {
        let client = match url.scheme() {
            "http" => &self.clients.1,
            _ => &self.clients.0,
        };
        client
            .request(method.clone(), unencrypted(url).as_str())
            .address(address)
            .timeout(deadline.remaining().saturating_add(AFTER_DEADLINE))
            .force_close()
            .insert_header((header::HOST, host_header(url)))
    }
}

impl AppResponse {
    fn new(body: ClientResponse) -> Self {
        Self {
            status: body.status().as_u16(),
            body,
        }
    }

    /// Where a redirect leads, as the header says.
    pub(in crate::clients) fn location(&self) -> Option<&str> {
        self.body.headers().get(header::LOCATION)?.to_str().ok()
    }

    /// The status.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Reads the body.
    ///
    /// # Errors
    /// [`AppCallError`] if it is longer than 64 KiB, breaks off, or does not end by the deadline.
    pub async fn read(self, deadline: Deadline) -> Result<Bytes, AppCallError> {
        self.read_up_to(MAX_ANSWER, deadline).await
    }

    /// The same for a body of at most `limit` bytes.
    pub(in crate::clients) async fn read_up_to(
        mut self,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Bytes, AppCallError> {
        let work = async {
            let mut read = BytesMut::new();
            while let Some(part) = self.body.next().await {
                let part = part.map_err(|error| AppCallError::Broken(error.to_string()))?;
                if read.len().saturating_add(part.len()) > limit {
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

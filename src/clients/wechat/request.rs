use std::time::Duration;

use awc::{
    ClientResponse, SendClientRequest,
    error::{ConnectError, PayloadError, SendRequestError},
};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::Serialize;
use url::form_urlencoded::Serializer;

use super::{Endpoint, ErrorClass, PlatformError, WeChatClient, endpoint::Repeatability, response::Response};
use crate::{clients::json::json, domain::Deadline, telemetry::Stopwatch};

/// How long to wait before a call to a busy platform (-1) is repeated, once.
const BUSY_PAUSE: Duration = Duration::from_secs(1);

/// How much later than the deadline of a call awc gives up, so that the deadline decides.
const AFTER_DEADLINE: Duration = Duration::from_secs(1);

/// Room for a URL with its query; most are shorter.
const URL_CAPACITY: usize = 512;

/// Why there is no response.
pub(super) enum Broken {
    /// The connection broke before a response came.
    Stale(String),
    Other(PlatformError),
}

impl WeChatClient {
    /// The URL of an endpoint with its query. It holds secrets: it goes to the HTTP client and nowhere else.
    pub(super) fn url(&self, endpoint: Endpoint, query: &[(&str, &str)]) -> String {
        let mut url = String::with_capacity(URL_CAPACITY);
        url.push_str(self.account.api_url.as_str().trim_end_matches('/'));
        url.push('/');
        url.push_str(endpoint.path());
        url.push('?');
        let path = url.len();
        Serializer::for_suffix(url, path).extend_pairs(query).finish()
    }

    /// Calls the platform and reads the response with `read`. If the platform is busy, the call is repeated once.
    pub(super) async fn call<T>(
        &self,
        endpoint: Endpoint,
        query: &[(&str, &str)],
        deadline: Deadline,
        read: impl Fn(&Response) -> Result<T, PlatformError>,
    ) -> Result<T, PlatformError> {
        self.call_with(endpoint, query, None, deadline, read).await
    }

    /// The same with a JSON body.
    pub(super) async fn call_json<T>(
        &self,
        endpoint: Endpoint,
        query: &[(&str, &str)],
        body: &impl Serialize,
        deadline: Deadline,
        read: impl Fn(&Response) -> Result<T, PlatformError>,
    ) -> Result<T, PlatformError> {
        let body = json(body).map_err(|_| PlatformError::Unsent {
            endpoint,
            cause: "the request cannot be written as JSON".to_owned(),
        })?;
        let body = Bytes::from(body);
        self.call_with(endpoint, query, Some(&body), deadline, read).await
    }

    #[tracing::instrument(name = "platform.call", level = "debug", skip_all, fields(wechat.endpoint = endpoint.path()))]
    async fn call_with<T>(
        &self,
        endpoint: Endpoint,
        query: &[(&str, &str)],
        body: Option<&Bytes>,
        deadline: Deadline,
        read: impl Fn(&Response) -> Result<T, PlatformError>,
    ) -> Result<T, PlatformError> {
        let begun = Stopwatch::start();
        let url = self.url(endpoint, query);
        let once = async || {
            let request = self.request(endpoint, &url, deadline);
            let sent = match body {
                None => request.send(),
                Some(body) => request.content_type("application/json").send_body(body.clone()),
            };
            let mut response = sent.await.map_err(|error| Broken::sending(endpoint, &error))?;
            let response = self.rest_of(endpoint, Bytes::new(), &mut response).await;
            response.and_then(|response| read(&response)).map_err(Broken::Other)
        };
        let result = self.repeated(endpoint, deadline, once).await;
        self.record(endpoint, result.as_ref().err(), begun.elapsed());
        result
    }

    /// Records a call that ended.
    pub(super) fn record(&self, endpoint: Endpoint, error: Option<&PlatformError>, took: Duration) {
        let class = error.map(PlatformError::class);
        let errcode = error.and_then(PlatformError::errcode);
        let failed = class.map(|class| (class.as_str(), errcode));
        self.metrics.record(endpoint.path(), failed, took);
        self.health.record(class, took);
        if let Some(class) = class {
            tracing::debug!(wechat.endpoint = %endpoint, wechat.outcome = class.as_str(), "platform call failed");
        }
    }

    /// A request on a connection of its own: late bytes on a shared one must not become the response to another fan's
    /// request. awc's own limit of time, which holds for the body too, follows the deadline.
    pub(super) fn request(&self, endpoint: Endpoint, url: &str, deadline: Deadline) -> awc::ClientRequest {
        self.http
            .request(endpoint.method(), url)
            .timeout(deadline.remaining().saturating_add(AFTER_DEADLINE))
            .force_close()
    }

    /// Does `once` within the deadline, and once more where that is safe: at once if the connection broke before a
    /// response came, after a pause if the platform is busy.
    pub(super) async fn repeated<T>(
        &self,
        endpoint: Endpoint,
        deadline: Deadline,
        once: impl AsyncFn() -> Result<T, Broken>,
    ) -> Result<T, PlatformError> {
        let despite_breaks = async || {
            let result = match once().await {
                Err(Broken::Stale(_)) if endpoint.repeatability() == Repeatability::Freely => once().await,
                result => result,
            };
            result.map_err(|broken| broken.into_error(endpoint))
        };
        let work = async {
            match despite_breaks().await {
                Err(error) if error.class() == ErrorClass::Busy && endpoint.repeatability() != Repeatability::Never => {
                    tokio::time::sleep(BUSY_PAUSE.min(deadline.remaining() / 4)).await;
                    despite_breaks().await
                }
                result => result,
            }
        };
        deadline
            .run(work)
            .await
            .unwrap_or(Err(PlatformError::Timeout { endpoint }))
    }

    /// The complete response to a request that is sent once.
    pub(super) async fn complete(
        &self,
        endpoint: Endpoint,
        sent: SendClientRequest,
    ) -> Result<Response, PlatformError> {
        let sent = sent
            .await
            .map_err(|error| Broken::sending(endpoint, &error).into_error(endpoint));
        self.rest_of(endpoint, Bytes::new(), &mut sent?).await
    }

    /// The response whose first bytes are these.
    pub(super) async fn rest_of(
        &self,
        endpoint: Endpoint,
        first: Bytes,
        response: &mut ClientResponse,
    ) -> Result<Response, PlatformError> {
        let status = response.status().as_u16();
        let mut body = Vec::from(first);
        while let Some(chunk) = response.next().await {
            body.extend_from_slice(&chunk.map_err(|error| broken_off(endpoint, &error))?);
            if body.len() > endpoint.max_response() {
                return Err(too_long(endpoint, status));
            }
        }
        Ok(Response::new(endpoint, status, body))
    }
}

impl Broken {
    pub(super) fn sending(endpoint: Endpoint, error: &SendRequestError) -> Self {
        match error {
            SendRequestError::Timeout | SendRequestError::Connect(ConnectError::Timeout) => {
                Self::Other(PlatformError::Timeout { endpoint })
            }
            SendRequestError::Send(_)
            | SendRequestError::Response(_)
            | SendRequestError::Connect(ConnectError::Disconnected) => Self::Stale(error.to_string()),
            SendRequestError::Body(error) => Self::Other(PlatformError::Unsent {
                endpoint,
                cause: error.to_string(),
            }),
            _ => Self::Other(PlatformError::Unreachable {
                endpoint,
                cause: error.to_string(),
            }),
        }
    }

    fn into_error(self, endpoint: Endpoint) -> PlatformError {
        match self {
            Self::Stale(cause) => PlatformError::Unreachable { endpoint, cause },
            Self::Other(error) => error,
        }
    }
}

pub(super) fn broken_off(endpoint: Endpoint, error: &PayloadError) -> PlatformError {
    PlatformError::Unreachable {
        endpoint,
        cause: format!("the response broke off: {error}"),
    }
}

pub(super) const fn too_long(endpoint: Endpoint, status: u16) -> PlatformError {
    PlatformError::Garbage {
        endpoint,
        status,
        fault: PlatformError::TOO_LONG,
    }
}

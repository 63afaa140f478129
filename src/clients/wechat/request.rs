use std::time::Duration;

use awc::error::{ConnectError, PayloadError, SendRequestError};
use url::form_urlencoded::Serializer;

use super::{Endpoint, ErrorClass, PlatformError, WeChatClient, endpoint::Repeatability, response::Response};
use crate::{domain::Deadline, telemetry::Stopwatch};

/// Longest response that is read, in bytes. Real ones are shorter than 2 KiB.
const MAX_BODY: usize = 64 * 1024;

/// How long to wait before a call to a busy platform (-1) is repeated, once.
const BUSY_PAUSE: Duration = Duration::from_secs(1);

/// Room for a URL with its query; most are shorter.
const URL_CAPACITY: usize = 512;

enum Broken {
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
    #[tracing::instrument(name = "platform.call", level = "debug", skip_all, fields(wechat.endpoint = endpoint.path()))]
    pub(super) async fn call<T>(
        &self,
        endpoint: Endpoint,
        query: &[(&str, &str)],
        deadline: Deadline,
        read: impl Fn(&Response) -> Result<T, PlatformError>,
    ) -> Result<T, PlatformError> {
        let begun = Stopwatch::start();
        let url = self.url(endpoint, query);
        let work = async {
            match self.fetch(endpoint, &url).await.and_then(|response| read(&response)) {
                Err(error) if error.class() == ErrorClass::Busy && endpoint.repeatability() != Repeatability::Never => {
                    tokio::time::sleep(BUSY_PAUSE.min(deadline.remaining() / 4)).await;
                    self.fetch(endpoint, &url).await.and_then(|response| read(&response))
                }
                result => result,
            }
        };
        let result = deadline
            .run(work)
            .await
            .unwrap_or(Err(PlatformError::Timeout { endpoint }));
        self.record(endpoint, result.as_ref().err(), begun.elapsed());
        result
    }

    fn record(&self, endpoint: Endpoint, error: Option<&PlatformError>, took: Duration) {
        let class = error.map(PlatformError::class);
        self.metrics
            .record(endpoint.path(), class.map(ErrorClass::as_str), took);
        self.health.record(class, took);
        if let Some(class) = class {
            tracing::debug!(wechat.endpoint = %endpoint, wechat.outcome = class.as_str(), "platform call failed");
        }
    }

    /// One request. If its connection broke before a response came, it is repeated at once where that is safe.
    async fn fetch(&self, endpoint: Endpoint, url: &str) -> Result<Response, PlatformError> {
        match self.send(endpoint, url).await {
            Err(Broken::Stale(_)) if endpoint.repeatability() == Repeatability::Freely => {
                self.send(endpoint, url).await
            }
            result => result,
        }
        .map_err(|broken| match broken {
            Broken::Stale(cause) => PlatformError::Unreachable { endpoint, cause },
            Broken::Other(error) => error,
        })
    }

    async fn send(&self, endpoint: Endpoint, url: &str) -> Result<Response, Broken> {
        // A connection serves one request: late bytes on it must not become the response to another fan's request.
        let sent = self.http.request(endpoint.method(), url).force_close().send().await;
        let mut response = sent.map_err(|error| broken_request(endpoint, &error))?;
        let status = response.status().as_u16();
        match response.body().limit(MAX_BODY).await {
            Ok(body) => Ok(Response::new(endpoint, status, body.to_vec())),
            Err(PayloadError::Overflow) => Err(Broken::Other(PlatformError::Garbage {
                endpoint,
                status,
                fault: "the response is too long",
            })),
            Err(error) => Err(Broken::Other(PlatformError::Unreachable {
                endpoint,
                cause: format!("the response broke off: {error}"),
            })),
        }
    }
}

fn broken_request(endpoint: Endpoint, error: &SendRequestError) -> Broken {
    match error {
        SendRequestError::Timeout | SendRequestError::Connect(ConnectError::Timeout) => {
            Broken::Other(PlatformError::Timeout { endpoint })
        }
        SendRequestError::Send(_)
        | SendRequestError::Response(_)
        | SendRequestError::Connect(ConnectError::Disconnected) => Broken::Stale(error.to_string()),
        _ => Broken::Other(PlatformError::Unreachable {
            endpoint,
            cause: error.to_string(),
        }),
    }
}

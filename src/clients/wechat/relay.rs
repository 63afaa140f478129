//! Calls of the operator's own systems, which are passed on to the platform as they are.
//!
//! No total limit of time holds for them, since a file of any size may pass. What holds is how long nothing moves: while a body
//! is on its way, [`STALLS`] times the usual timeout; and when the platform has all of the request, the usual timeout until its
//! answer begins.

mod answer;
mod body;
mod progress;

use std::time::Duration;

use awc::{
    body::{BodyStream, SizedStream},
    http::{Method, header},
};
use secrecy::{ExposeSecret, SecretString};

pub use self::{
    answer::RelayAnswer,
    body::{ByteStream, CallerBodyCut, RelayBody},
};
use self::{
    body::pieces,
    progress::{Progress, Tracked},
};
use super::{ErrorClass, WeChatClient};
use crate::{domain::PlatformPath, telemetry::Stopwatch};

/// How many times the usual timeout a body may stand still on its way.
pub const STALLS: u32 = 6;

/// The deadline is the one of [`Progress`]; awc's own, which it wants, is never reached.
const NO_LIMIT: Duration = Duration::from_secs(7 * 24 * 3600);

/// A call to pass on. Nothing else of the caller's request reaches the platform, but its body.
#[derive(Debug)]
pub struct RelayCall {
    /// Its method.
    pub method: RelayMethod,
    /// Its path.
    pub path: PlatformPath,
    /// Its query as it was written, without any token.
    pub query: String,
    /// Its header `Content-Type`.
    pub content_type: Option<Vec<u8>>,
    /// Its header `Accept`.
    pub accept: Option<Vec<u8>>,
}

/// The methods that the platform's API has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayMethod {
    /// For reading.
    Get,
    /// For everything else.
    Post,
}

/// Why a call has no answer. No variant holds a URL: it would hold the token.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The caller's body broke off.
    #[error("the caller's body broke off")]
    CallerCut,
    /// The caller's body does not go on.
    #[error("the caller sends no more of its body")]
    CallerStalled,
    /// The platform takes no more of the request, or sends no more of its answer.
    #[error("the platform stands still")]
    Timeout,
    /// There is no connection, or it broke. The platform may have done what it was asked for.
    #[error("the platform cannot be reached: {0}")]
    Unreachable(String),
}

impl WeChatClient {
    /// Passes a call on with this token, once. `timeout` is the usual one of a platform call.
    ///
    /// # Errors
    /// [`RelayError`].
    pub async fn relay(
        &self,
        call: &RelayCall,
        token: &SecretString,
        body: RelayBody,
        timeout: Duration,
    ) -> Result<RelayAnswer, RelayError> {
        let begun = Stopwatch::start();
        let result = self.relay_once(call, token, body, timeout).await;
        let class = match &result {
            Ok(_) => None,
            Err(RelayError::Timeout) => Some(ErrorClass::Timeout),
            Err(RelayError::Unreachable(_)) => Some(ErrorClass::Garbage),
            // The platform has no part in it.
            Err(RelayError::CallerCut | RelayError::CallerStalled) => return result,
        };
        self.health.record(class, begun.elapsed());
        result
    }

    async fn relay_once(
        &self,
        call: &RelayCall,
        token: &SecretString,
        body: RelayBody,
        timeout: Duration,
    ) -> Result<RelayAnswer, RelayError> {
        let progress = Progress::begin(timeout, timeout.saturating_mul(STALLS));
        let request = self.relay_request(call, token);
        let sent = match body {
            RelayBody::Whole(bytes) if bytes.is_empty() => {
                progress.sent_all();
                match call.method {
                    RelayMethod::Get => request.send(),
                    // With its length, which is 0.
                    RelayMethod::Post => request.send_body(bytes::Bytes::new()),
                }
            }
            RelayBody::Whole(bytes) => {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                request.send_body(SizedStream::new(length, Tracked::new(pieces(bytes), &progress)))
            }
            RelayBody::Stream {
                length: Some(length),
                bytes,
            } => request.send_body(SizedStream::new(length, Tracked::new(bytes, &progress))),
            RelayBody::Stream { length: None, bytes } => {
                request.send_body(BodyStream::new(Tracked::new(bytes, &progress)))
            }
        };
        let response = progress.run(sent).await?.map_err(|error| progress.explain(&error))?;
        RelayAnswer::begin(response, timeout.saturating_mul(STALLS)).await
    }

    /// A request on a connection of its own, like every other one.
    fn relay_request(&self, call: &RelayCall, token: &SecretString) -> awc::ClientRequest {
        let method = match call.method {
            RelayMethod::Get => Method::GET,
            RelayMethod::Post => Method::POST,
        };
        let mut request = self
            .http
            .request(method, self.relay_url(call, token))
            .timeout(NO_LIMIT)
            .force_close();
        let headers = [
            (header::CONTENT_TYPE, &call.content_type),
            (header::ACCEPT, &call.accept),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                request = request.insert_header((name, value.as_slice()));
            }
        }
        request
    }

    /// It holds the token: it goes to the HTTP client and nowhere else.
    fn relay_url(&self, call: &RelayCall, token: &SecretString) -> String {
        let base = self.account.api_url.as_str().trim_end_matches('/');
        let token: String = url::form_urlencoded::byte_serialize(token.expose_secret().as_bytes()).collect();
        let rest = if call.query.is_empty() { "" } else { "&" };
        format!("{base}{}?access_token={token}{rest}{}", call.path, call.query)
    }
}

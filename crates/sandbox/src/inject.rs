//! Injects the faults. Every request to an endpoint of the platform passes through here and is counted.

mod corrupt;

use std::time::{Duration, SystemTime};

use actix_web::{
    Error, HttpResponse,
    body::{BodyStream, BoxBody, SizedStream},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, TryIntoHeaderValue},
    },
    middleware::Next,
    rt::time::sleep,
    web::{self, Bytes},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;

use crate::{
    endpoint::Endpoint,
    errcode::{self, Errcode},
    faults::{At, Fault, FaultKind},
    platform::Platform,
    request_log::Entry,
    response::{self, RequestId},
};
use corrupt::{corrupt, into_bytes};

/// A hang ends after this time, so that no connection is held forever.
const HANG: Duration = Duration::from_secs(120);
/// The longest body that is logged, in bytes.
const MAX_LOGGED_BODY: usize = 100_000;
/// Long enough for the bytes to be sent before the connection closes.
const CUT_AFTER: Duration = Duration::from_millis(20);

/// The middleware of the platform's endpoints.
pub async fn inject(mut request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(platform) = request.app_data::<web::Data<Platform>>().cloned() else {
        return next.call(request).await;
    };
    let endpoint = Endpoint::from_path(request.path());
    let fault = platform.faults.next(endpoint);
    let body = short_body(&mut request).await;
    let entry = entry(&request, &body, &platform, endpoint, fault.as_ref());
    let entry = platform.request_log.record_request(entry);
    let Some(fault) = fault else {
        return handle(request, next, &platform, &entry).await;
    };
    sleep(fault.delay()).await;
    let response = match fault.kind {
        FaultKind::Delay { .. } => return handle(request, next, &platform, &entry).await,
        FaultKind::Cut { at: At::Body } => {
            let response = handle(request, next, &platform, &entry).await?;
            return Ok(response.map_body(|_, body| cut_in_half(body)));
        }
        FaultKind::Garbage { body } => {
            let (request, response) = handle(request, next, &platform, &entry).await?.into_parts();
            return Ok(ServiceResponse::new(request, corrupt(response, body)));
        }
        FaultKind::Errcode { errcode, errmsg } => error(&platform, &entry, errcode, errmsg.as_deref()),
        FaultKind::Cut { at: At::Start } => HttpResponse::Ok().body(aborting_after(Duration::ZERO)),
        FaultKind::Down => bad_gateway(),
        FaultKind::Hang { at } => hang(at).await,
        FaultKind::Redirect { to } => HttpResponse::Found().insert_header((header::LOCATION, to)).finish(),
    };
    Ok(request.into_response(response))
}

/// The body, unless it is long or a file; the handler still gets it.
async fn short_body(request: &mut ServiceRequest) -> Bytes {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let is_file = header(header::CONTENT_TYPE).is_some_and(|value| value.starts_with("multipart/"));
    let length = header(header::CONTENT_LENGTH).and_then(|value| value.parse().ok());
    if is_file || !length.is_some_and(|length: usize| (1..=MAX_LOGGED_BODY).contains(&length)) {
        return Bytes::new();
    }
    let body = request.extract::<Bytes>().await.unwrap_or_default();
    request.set_payload(Payload::from(body.clone()));
    body
}

fn entry(
    request: &ServiceRequest,
    body: &[u8],
    platform: &Platform,
    endpoint: Endpoint,
    fault: Option<&Fault>,
) -> Entry {
    let token = web::Query::<Token>::from_query(request.query_string())
        .ok()
        .filter(|_| request.path().starts_with("/cgi-bin/"))
        .and_then(|query| query.into_inner().access_token);
    Entry {
        at: platform.clock.now(),
        endpoint,
        path: request.path().to_owned(),
        method: request.method().to_string(),
        query: request.query_string().to_owned(),
        body: String::from_utf8_lossy(body).into_owned(),
        token: token.map_or_else(|| "none".to_owned(), |token| platform.account_tokens.name_of(&token)),
        ip: request
            .peer_addr()
            .map_or_else(String::new, |peer| peer.ip().to_string()),
        fault: fault.map(|fault| fault.kind.name()),
        errcode: None,
        serial: 0,
    }
}

#[derive(Deserialize)]
struct Token {
    access_token: Option<String>,
}

async fn handle(
    request: ServiceRequest,
    next: Next<BoxBody>,
    platform: &Platform,
    entry: &Entry,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = next.call(request).await?;
    response.headers_mut().insert(header::DATE, date(platform.clock.now()));
    record(platform, entry, response.response());
    Ok(response)
}

/// Counts what was answered, and keeps an error's request id for `openapi/rid/get`.
fn record(platform: &Platform, entry: &Entry, response: &HttpResponse) {
    let errcode = response.extensions().get::<Errcode>().map_or(0, |errcode| errcode.0);
    platform.request_log.record_response(entry, errcode);
    if let Some(RequestId(id)) = response.extensions().get() {
        platform.request_ids.keep(id, entry, errcode);
    }
}

/// The sandbox's time as a header.
fn date(now: i64) -> header::HeaderValue {
    let since_1970 = Duration::from_secs(now.unsigned_abs());
    let date = header::HttpDate::from(SystemTime::UNIX_EPOCH + since_1970);
    date.try_into_value()
        .unwrap_or_else(|_| header::HeaderValue::from_static(""))
}

fn error(platform: &Platform, entry: &Entry, errcode: i64, errmsg: Option<&str>) -> HttpResponse {
    let response = match entry.endpoint {
        Endpoint::Authorize => platform
            .pages
            .injected_error(errcode, errmsg.unwrap_or("访问过于频繁，请稍后再试")),
        _ => response::error(platform, errcode, errmsg.unwrap_or_else(|| errcode::message(errcode))),
    };
    platform.request_log.record_response(entry, errcode);
    if let Some(RequestId(id)) = response.extensions().get() {
        platform.request_ids.keep(id, entry, errcode);
    }
    response
}

async fn hang(at: At) -> HttpResponse {
    let after = match at {
        At::Body => HANG,
        At::Start => {
            sleep(HANG).await;
            Duration::ZERO
        }
    };
    HttpResponse::Ok().body(aborting_after(after))
}

/// A body that fails after a while. At zero it fails before the status line has left.
fn aborting_after(delay: Duration) -> BodyStream<impl stream::Stream<Item = std::io::Result<Bytes>> + 'static> {
    BodyStream::new(stream::once(async move {
        if !delay.is_zero() {
            sleep(delay).await;
        }
        Err(std::io::ErrorKind::ConnectionAborted.into())
    }))
}

/// Announces the whole length and sends the first half.
fn cut_in_half(body: BoxBody) -> BoxBody {
    let whole = into_bytes(body);
    let length = u64::try_from(whole.len()).unwrap_or(u64::MAX).max(2);
    let half = whole.slice(..whole.len() / 2);
    let rest = stream::once(async {
        sleep(CUT_AFTER).await;
        Err::<Bytes, std::io::Error>(std::io::ErrorKind::ConnectionAborted.into())
    });
    BoxBody::new(SizedStream::new(length, Box::pin(stream::iter([Ok(half)]).chain(rest))))
}

fn bad_gateway() -> HttpResponse {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
    HttpResponse::build(StatusCode::BAD_GATEWAY)
        .insert_header((header::CONTENT_TYPE, "text/html"))
        .body(page)
}

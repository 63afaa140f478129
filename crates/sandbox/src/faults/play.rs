//! Plays the faults: everything that reaches an endpoint passes here, and is counted.

use std::time::{Duration, SystemTime};

use actix_web::body::{BodyStream, BoxBody, SizedStream};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, TryIntoHeaderValue};
use actix_web::middleware::Next;
use actix_web::rt::time::sleep;
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponse, web};
use futures_util::{StreamExt, stream};

use super::spoil::{bytes_of, spoilt};
use super::{At, Endpoint, Fault, Trouble};
use crate::errors::{Errcode, refusal};
use crate::journal::Entry;
use crate::platform::Platform;

/// A hanging answer ends some time, so that no connection is held for ever.
const HANG: Duration = Duration::from_secs(120);
/// Long enough that what was sent has left before the connection closes.
const CUT_AFTER: Duration = Duration::from_millis(20);

/// The middleware of the platform's endpoints.
pub(crate) async fn play(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let (Some(platform), Some(endpoint)) = (
        request.app_data::<web::Data<Platform>>().cloned(),
        Endpoint::of(request.path()),
    ) else {
        return next.call(request).await;
    };
    let fault = platform.faults.next(endpoint);
    platform
        .journal
        .arrived(entry(&request, &platform, endpoint, fault.as_ref()));
    let Some(fault) = fault else {
        return handled(request, next, &platform, endpoint).await;
    };
    sleep(fault.delay()).await;
    let answer = match fault.trouble {
        Trouble::Delay { .. } => return handled(request, next, &platform, endpoint).await,
        Trouble::Cut { at: At::Body } => {
            return Ok(handled(request, next, &platform, endpoint)
                .await?
                .map_body(|_, body| cut_in_half(body)));
        }
        Trouble::Garbage { body } => {
            let (request, answer) = handled(request, next, &platform, endpoint).await?.into_parts();
            return Ok(ServiceResponse::new(request, spoilt(answer, body)));
        }
        Trouble::Errcode { errcode, errmsg } => refused(&platform, endpoint, errcode, errmsg.as_deref()),
        Trouble::Cut { at: At::Start } => HttpResponse::Ok().body(closing(Duration::ZERO)),
        Trouble::Down => down(),
        Trouble::Hang { at } => hung(at).await,
    };
    Ok(request.into_response(answer))
}

fn entry(request: &ServiceRequest, platform: &Platform, endpoint: Endpoint, fault: Option<&Fault>) -> Entry {
    Entry {
        at: platform.clock.now(),
        endpoint,
        method: request.method().to_string(),
        query: request.query_string().to_owned(),
        fault: fault.map(|fault| fault.trouble.name()),
    }
}

async fn handled(
    request: ServiceRequest,
    next: Next<BoxBody>,
    platform: &Platform,
    endpoint: Endpoint,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = next.call(request).await?;
    answer.headers_mut().insert(header::DATE, date(platform.clock.now()));
    let errcode = answer
        .response()
        .extensions()
        .get::<Errcode>()
        .map_or(0, |errcode| errcode.0);
    platform.journal.answered(endpoint, errcode);
    Ok(answer)
}

/// The platform's time, as its answers tell it.
fn date(now: i64) -> header::HeaderValue {
    let since_epoch = Duration::from_secs(now.unsigned_abs());
    let date = header::HttpDate::from(SystemTime::UNIX_EPOCH + since_epoch);
    date.try_into_value()
        .unwrap_or_else(|_| header::HeaderValue::from_static(""))
}

fn refused(platform: &Platform, endpoint: Endpoint, errcode: i64, errmsg: Option<&str>) -> HttpResponse {
    platform.journal.answered(endpoint, errcode);
    match endpoint {
        Endpoint::Authorize => platform
            .pages
            .platform_error(errcode, errmsg.unwrap_or("访问过于频繁，请稍后再试")),
        _ => refusal(platform, errcode, errmsg),
    }
}

async fn hung(at: At) -> HttpResponse {
    let after = match at {
        At::Body => HANG,
        At::Start => {
            sleep(HANG).await;
            Duration::ZERO
        }
    };
    HttpResponse::Ok().body(closing(after))
}

/// A body that fails after a while. Failing at once drops the connection before the status line has left.
fn closing(after: Duration) -> BodyStream<impl stream::Stream<Item = std::io::Result<Bytes>> + 'static> {
    BodyStream::new(stream::once(async move {
        if !after.is_zero() {
            sleep(after).await;
        }
        Err(std::io::ErrorKind::ConnectionAborted.into())
    }))
}

/// Promises the whole length, sends the first half.
fn cut_in_half(body: BoxBody) -> BoxBody {
    let whole = bytes_of(body);
    let length = u64::try_from(whole.len()).unwrap_or(u64::MAX).max(2);
    let half = whole.slice(..whole.len() / 2);
    let rest = stream::once(async {
        sleep(CUT_AFTER).await;
        Err::<Bytes, std::io::Error>(std::io::ErrorKind::ConnectionAborted.into())
    });
    BoxBody::new(SizedStream::new(length, Box::pin(stream::iter([Ok(half)]).chain(rest))))
}

fn down() -> HttpResponse {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
    HttpResponse::build(StatusCode::BAD_GATEWAY)
        .insert_header((header::CONTENT_TYPE, "text/html"))
        .body(page)
}

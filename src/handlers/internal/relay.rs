//! The relay: a call of the operator's own systems is passed on to the platform with the account's token.

use actix_web::{
    HttpRequest, HttpResponse,
    body::{BodyStream, SizedStream},
    http::{Method, StatusCode, header},
    web::{self, Data, Payload},
};
use futures_util::StreamExt;

use crate::{
    domain::{PlatformPath, PlatformPathError, routes},
    http::{error::AppError, extract::RelayCaller, responses::PassedOn},
    middleware::connection_watch,
    services::relay::{
        CallerBody, CallerBodyCut, Relay, RelayCall, RelayMethod, RelayOwner, Relayed, query::without_tokens,
    },
};

/// What stands before the path of the platform.
const PREFIX: &str = "/internal/wechat";

/// What the room works with, on one thread.
pub struct RelayState {
    /// Passes calls on.
    pub relay: Relay,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: RelayState) {
    config
        .app_data(Data::new(state))
        .service(web::resource(routes::INTERNAL_RELAY).get(pass_on).post(pass_on));
}

/// `GET|POST /internal/wechat/{path}`.
async fn pass_on(
    RelayCaller(caller): RelayCaller,
    request: HttpRequest,
    body: Payload,
    state: Data<RelayState>,
) -> Result<HttpResponse, AppError> {
    let path = platform_path(&request)?;
    let right = caller.0.relay_right(path.as_str()).map(|right| right.to_string());
    let right = right.ok_or_else(|| caller.right_missing())?;
    let owner = RelayOwner {
        app: caller.0.name.as_str(),
        right: &right,
    };
    let (call, body) = (call(&request, path), caller_body(&request, body));
    let relayed = state.relay.pass_on(owner, call, body).await;
    let relayed = relayed.map_err(AppError::Relay)?;
    Ok(response(relayed, &request, &state.relay))
}

/// The path as it was sent: the router's own has its percent-encoding undone.
fn platform_path(request: &HttpRequest) -> Result<PlatformPath, AppError> {
    let raw = request.uri().path().strip_prefix(PREFIX);
    PlatformPath::parse(raw.unwrap_or_default()).map_err(|error| match error {
        PlatformPathError::Malformed => AppError::BadRequest,
        PlatformPathError::Foreign => AppError::PathNotRelayed,
    })
}

fn call(request: &HttpRequest, path: PlatformPath) -> RelayCall {
    let header = |name| {
        request
            .headers()
            .get(name)
            .map(|value: &header::HeaderValue| value.as_bytes().to_vec())
    };
    RelayCall {
        method: if request.method() == Method::GET {
            RelayMethod::Get
        } else {
            RelayMethod::Post
        },
        path,
        query: without_tokens(request.query_string()),
        content_type: header(header::CONTENT_TYPE),
        accept: header(header::ACCEPT),
    }
}

fn caller_body(request: &HttpRequest, body: Payload) -> CallerBody {
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let length = request.headers().get(header::CONTENT_LENGTH).filter(|_| !is_chunked);
    CallerBody {
        length: length.and_then(|length| length.to_str().ok()?.parse().ok()),
        bytes: Box::pin(body.map(|chunk| chunk.map_err(|_| CallerBodyCut))),
    }
}

/// The platform's answer, as it came.
fn response(mut relayed: Relayed, request: &HttpRequest, relay: &Relay) -> HttpResponse {
    let status = StatusCode::from_u16(relayed.answer.status).ok();
    // A response of 1xx is none.
    let status = status.filter(|status| !status.is_informational());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::BAD_GATEWAY));
    for (name, value) in &relayed.answer.headers {
        response.insert_header((*name, value.as_slice()));
    }
    response.extensions_mut().insert(PassedOn);
    // Sent with the head in one piece: a second one can wait for the caller to acknowledge the first.
    if let Some(whole) = relayed.answer.take_whole() {
        return response.body(whole);
    }
    let length = relayed.answer.length;
    let body = relay.body(relayed, connection_watch::keep_open(request));
    match length {
        Some(length) => response.body(SizedStream::new(length, body)),
        None => response.body(BodyStream::new(body)),
    }
}

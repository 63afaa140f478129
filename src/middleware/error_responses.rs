//! Gives errors without a body the format of their route group, and logs each failure once.

use actix_web::{
    Error,
    body::{BoxBody, EitherBody, MessageBody},
    dev::ServiceResponse,
    http::header,
};

use crate::{
    domain::ErrorChain,
    http::{
        error::{AppError, ErrorKind, LogLevel},
        error_response::error_response,
        policy::ErrorFormat,
        responses::PassedOn,
    },
    views::Views,
};

/// A response with a body of its own, or an error that was put in its place.
pub(super) type MaybeError<B> = ServiceResponse<EitherBody<B, BoxBody>>;

/// The headers of a bare error that stay: to end a session, to say what would be accepted, and which other site may read it.
const KEPT: [header::HeaderName; 5] = [
    header::SET_COOKIE,
    header::ALLOW,
    header::WWW_AUTHENTICATE,
    header::ACCESS_CONTROL_ALLOW_ORIGIN,
    header::VARY,
];

/// Logs the failure of a request, and gives it its body.
pub(super) fn put_error<B: MessageBody + 'static>(
    format: ErrorFormat,
    views: Option<&Views>,
    response: MaybeError<B>,
) -> MaybeError<B> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let kind = match response.response().error() {
        Some(error) => {
            log_failure(error);
            kind_of(error)
        }
        None if response.headers().contains_key(header::CONTENT_TYPE) || is_passed_on(&response) => return response,
        None => ErrorKind::from(status),
    };
    let (request, bare) = response.into_parts();
    let mut filled = match error_response(format, views, &request, kind) {
        Ok(filled) => filled,
        Err(error) => {
            log_failure(&error.into());
            return ServiceResponse::new(request, bare.map_into_boxed_body()).map_into_right_body();
        }
    };
    for name in KEPT {
        for value in bare.headers().get_all(&name) {
            filled.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request, filled).map_into_right_body()
}

fn is_passed_on<B>(response: &ServiceResponse<B>) -> bool {
    response.response().extensions().contains::<PassedOn>()
}

fn kind_of(error: &Error) -> ErrorKind {
    let status = || ErrorKind::from(error.as_response_error().status_code());
    error.as_error::<AppError>().map_or_else(status, AppError::kind)
}

/// Logs a failure at the level of its kind. What actix-web says of a request may repeat the request, and is not logged.
pub(super) fn log_failure(error: &Error) {
    let kind = kind_of(error);
    let status = kind.row().status.as_u16();
    let ours = error.as_error::<AppError>();
    let chain = ours.map(|error| ErrorChain(error).to_string());
    match kind.row().log {
        LogLevel::Error => {
            let chain = chain.unwrap_or_else(|| error.to_string());
            tracing::error!(error = %chain, "a request failed");
        }
        // The outage itself is logged once, where it is detected.
        LogLevel::Info => tracing::info!(error = chain, "a request was put off"),
        LogLevel::Debug => tracing::debug!(error = chain, http.status = status, "a request was refused"),
    }
}

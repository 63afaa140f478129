//! Every way in which a request can fail, and the one table of what a fan sees of it: status, page, `Retry-After`.
//!
//! [`AppError`] is what a handler or a middleware fails with, [`LoginFailure`] what a login fails with. Both become a
//! [`PublicError`] here; its [`Failure`] chooses the text of the page. Two waits come from elsewhere: the platform's, from
//! `services/login/failure.rs`, and the rate limit's, from `middleware/rate_limit.rs`.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};

use crate::{
    domain::ErrorChain,
    services::{ServiceError, login::LoginFailure, sealing::SealError},
    views::{Failure, ViewError},
};

/// Seconds for `Retry-After` while the database is away.
const DATABASE_RETRY_AFTER: u32 = 5;

/// Seconds for `Retry-After` while too many logins wait for the platform.
const OVERLOAD_RETRY_AFTER: u32 = 2;

/// Every way in which a handler or a middleware can fail. The cause is not in the response, but logged once.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// From a service: the database is down or failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// A cookie could not be sealed.
    #[error("sealing: {0}")]
    Seal(#[from] SealError),
    /// A page could not be rendered.
    #[error("a page: {0}")]
    View(#[from] ViewError),
    /// A value could not be written into the session.
    #[error("the session: {0}")]
    Session(#[from] actix_session::SessionInsertError),
    /// A form was posted from another site.
    #[error("a form was posted from another site")]
    ForbiddenOrigin,
    /// Nothing is served under this path.
    #[error("no such page")]
    NotFound,
    /// The path is served, but not for this method.
    #[error("not with this method")]
    MethodNotAllowed {
        /// The methods for `Allow`.
        allow: &'static str,
    },
    /// The URL is too long.
    #[error("the URL is too long")]
    UriTooLong,
    /// All headers together are too long.
    #[error("the headers are too long")]
    HeadersTooLarge,
    /// The body is longer than any that is read here.
    #[error("the body is too long")]
    BodyTooLarge,
    /// The body has no `Content-Length`.
    #[error("a body of unknown length")]
    LengthRequired,
    /// Too many requests from one IP address.
    #[error("too many requests from one IP address")]
    TooManyRequests {
        /// Seconds for `Retry-After`.
        retry_after: u32,
    },
}

/// The public part of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicError {
    /// The response's status.
    pub status: StatusCode,
    /// Chooses the text of the page.
    pub failure: Failure,
    /// Seconds for `Retry-After`, also shown on the page.
    pub retry_after: Option<u32>,
}

impl PublicError {
    /// A callback whose state is unknown, foreign, missing or used up.
    pub const LOGIN_EXPIRED: Self = Self::new(StatusCode::BAD_REQUEST, Failure::LoginExpired);

    /// A browser that signs in repeatedly and stores no session.
    pub const SESSION_LOST: Self = Self::new(StatusCode::BAD_REQUEST, Failure::SessionLost);

    const INTERNAL: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, Failure::Internal);

    const DATABASE_DOWN: Self =
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Failure::DatabaseDown).retry_after(DATABASE_RETRY_AFTER);

    const fn new(status: StatusCode, failure: Failure) -> Self {
        Self {
            status,
            failure,
            retry_after: None,
        }
    }

    const fn retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }
}

impl From<&AppError> for PublicError {
    fn from(error: &AppError) -> Self {
        match error {
            AppError::Service(ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown) => Self::DATABASE_DOWN,
            AppError::Service(ServiceError::Database(_))
            | AppError::Seal(_)
            | AppError::View(_)
            | AppError::Session(_) => Self::INTERNAL,
            AppError::ForbiddenOrigin => Self::new(StatusCode::FORBIDDEN, Failure::ForbiddenOrigin),
            AppError::NotFound => Self::new(StatusCode::NOT_FOUND, Failure::NotFound),
            AppError::MethodNotAllowed { .. } => Self::new(StatusCode::METHOD_NOT_ALLOWED, Failure::MethodNotAllowed),
            AppError::UriTooLong => Self::new(StatusCode::URI_TOO_LONG, Failure::BadRequest),
            AppError::HeadersTooLarge => {
                Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, Failure::RequestTooLarge)
            }
            AppError::BodyTooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, Failure::RequestTooLarge),
            AppError::LengthRequired => Self::new(StatusCode::LENGTH_REQUIRED, Failure::RequestTooLarge),
            AppError::TooManyRequests { retry_after } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, Failure::TooManyRequests).retry_after(*retry_after)
            }
        }
    }
}

impl From<LoginFailure> for PublicError {
    fn from(failure: LoginFailure) -> Self {
        match failure {
            LoginFailure::CodeRefused => Self::new(StatusCode::BAD_GATEWAY, Failure::CodeRefused),
            LoginFailure::Configuration => Self::new(StatusCode::INTERNAL_SERVER_ERROR, Failure::Configuration),
            LoginFailure::Platform => Self::new(StatusCode::BAD_GATEWAY, Failure::PlatformFault),
            LoginFailure::Timeout | LoginFailure::UnderWay => {
                Self::new(StatusCode::GATEWAY_TIMEOUT, Failure::PlatformTimeout)
            }
            LoginFailure::Busy { retry_after } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, Failure::Busy).retry_after(retry_after)
            }
            LoginFailure::Overloaded => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, Failure::Busy).retry_after(OVERLOAD_RETRY_AFTER)
            }
            LoginFailure::Database => Self::DATABASE_DOWN,
            LoginFailure::Internal | LoginFailure::Interrupted => Self::INTERNAL,
        }
    }
}

/// For requests that actix-web itself refuses.
impl From<StatusCode> for PublicError {
    fn from(status: StatusCode) -> Self {
        let failure = match status {
            StatusCode::NOT_FOUND => Failure::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Failure::MethodNotAllowed,
            StatusCode::TOO_MANY_REQUESTS => Failure::TooManyRequests,
            StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Failure::RequestTooLarge,
            status if status.is_client_error() => Failure::BadRequest,
            _ => Failure::Internal,
        };
        Self::new(status, failure)
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        PublicError::from(self).status
    }

    /// Logs the failure and makes a response without a page, which `middleware::error_pages` adds.
    fn error_response(&self) -> HttpResponse {
        let PublicError {
            status, retry_after, ..
        } = PublicError::from(self);
        if let Self::Service(ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown) = self {
            // The outage itself is logged once, where it is detected.
            tracing::info!(error = %ErrorChain(self), "a request was put off");
        } else if status.is_server_error() {
            tracing::error!(error = %ErrorChain(self), "a request failed");
        } else {
            tracing::debug!(error = %self, "a request was refused");
        }
        let mut response = HttpResponse::build(status);
        if let Some(seconds) = retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Self::MethodNotAllowed { allow } = self {
            response.insert_header((header::ALLOW, *allow));
        }
        response.finish()
    }
}

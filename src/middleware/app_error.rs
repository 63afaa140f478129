//! Every way in which a request can fail, and its status.

use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};

use crate::{
    domain::{ErrorChain, RandomError},
    services::{ServiceError, sealing::SealError},
    views::{Failure, ViewError},
};

/// Every way in which a handler or a middleware can fail. The answer says nothing of the cause; the log does, once.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A service.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// A cookie could not be sealed.
    #[error("sealing: {0}")]
    Seal(#[from] SealError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// A page could not be made.
    #[error("a page: {0}")]
    View(#[from] ViewError),
    /// A value could not be written into the session.
    #[error("the session: {0}")]
    Session(#[from] actix_session::SessionInsertError),
    /// A form was posted from another site.
    #[error("a form was posted from another site")]
    ForbiddenOrigin,
    /// No such page.
    #[error("no such page")]
    NotFound,
    /// Not with this method.
    #[error("not with this method")]
    MethodNotAllowed {
        /// The methods that there are.
        allow: &'static str,
    },
    /// The address is too long.
    #[error("the address is too long")]
    UriTooLong,
    /// The headers are too long together.
    #[error("the headers are too long")]
    HeadersTooLarge,
    /// The body is longer than anything that is read here.
    #[error("the body is too long")]
    BodyTooLarge,
    /// A body that does not say how long it is.
    #[error("a body of unknown length")]
    LengthRequired,
    /// Too many requests from one address.
    #[error("too many requests from one address")]
    TooManyRequests {
        /// Seconds after which to come back.
        retry_after: u32,
    },
}

impl AppError {
    /// What the page says.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Service(ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown) => Failure::DatabaseDown,
            Self::Service(_) | Self::Seal(_) | Self::Random(_) | Self::View(_) | Self::Session(_) => Failure::Internal,
            Self::ForbiddenOrigin => Failure::ForbiddenOrigin,
            Self::NotFound => Failure::NotFound,
            Self::MethodNotAllowed { .. } => Failure::MethodNotAllowed,
            Self::UriTooLong => Failure::BadRequest,
            Self::HeadersTooLarge | Self::BodyTooLarge | Self::LengthRequired => Failure::RequestTooLarge,
            Self::TooManyRequests { .. } => Failure::TooManyRequests,
        }
    }

    /// Seconds for `Retry-After`.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Service(ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown) => Some(5),
            Self::TooManyRequests { retry_after } => Some(*retry_after),
            _ => None,
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Service(ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Service(_) | Self::Seal(_) | Self::Random(_) | Self::View(_) | Self::Session(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::ForbiddenOrigin => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::LengthRequired => StatusCode::LENGTH_REQUIRED,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// A bare answer; the error page middleware puts the page into it.
    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if let Self::Service(ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown) = self {
            // The outage itself is logged once, where it is noticed.
            tracing::info!(error = %ErrorChain(self), "a request was put off");
        } else if status.is_server_error() {
            tracing::error!(error = %ErrorChain(self), "a request failed");
        } else {
            tracing::debug!(error = %self, "a request was refused");
        }
        let mut answer = HttpResponse::build(status);
        if let Some(seconds) = self.retry_after() {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Self::MethodNotAllowed { allow } = self {
            answer.insert_header((header::ALLOW, *allow));
        }
        answer.finish()
    }
}

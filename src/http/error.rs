//! The one table of errors: what each kind means for status, page, problem type, `Retry-After` and log.
//!
//! A handler or a middleware fails with an [`AppError`], a login with a [`LoginFailure`], actix-web with a status. Each
//! becomes an [`ErrorKind`], and its row decides everything that is sent and logged.

mod app_error;
mod problem_texts;
#[cfg(test)]
mod tests;

use actix_web::http::StatusCode;

pub use self::{app_error::AppError, problem_texts::problem_texts};
use crate::{
    services::{account_tokens::AccountTokenFailure, login::LoginFailure},
    views::Failure,
};

/// Seconds until another try makes sense, for `Retry-After` and the page.
mod wait {
    /// The database is away: it is asked anew every few seconds.
    pub(super) const DATABASE_SECONDS: u32 = 5;
    /// Too many logins wait for the platform: each takes about a second.
    pub(super) const OVERLOAD_SECONDS: u32 = 2;
    /// The platform says that it is busy.
    pub(super) const PLATFORM_BUSY_SECONDS: u32 = 5;
    /// The platform counts calls by the minute.
    pub(super) const PLATFORM_FREQUENCY_SECONDS: u32 = 60;
    /// The platform's quota of a day is spent.
    pub(super) const PLATFORM_QUOTA_SECONDS: u32 = 3600;
    /// Many photos wait: each takes about a second.
    pub(super) const PHOTOS_BUSY_SECONDS: u32 = 3;
    /// Downloads of fans' data wait for each other: each takes some seconds, over a slow connection minutes.
    pub(super) const EXPORT_SECONDS: u32 = 30;
    /// The storage is away: each call asks it anew.
    pub(super) const STORAGE_SECONDS: u32 = 10;
}

/// Every kind of error that a visitor or a caller can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A callback whose state is unknown, foreign, missing or used up.
    LoginExpired,
    /// A browser that signs in repeatedly and stores no session.
    SessionLost,
    /// The platform refused the code, and a second login did not help.
    CodeRefused,
    /// The account's settings are wrong.
    Configuration,
    /// The platform returned an error or garbage.
    PlatformFault,
    /// The platform did not respond in time.
    PlatformTimeout,
    /// The platform is busy.
    PlatformBusy,
    /// The platform refuses so many calls in a minute.
    PlatformFrequency,
    /// The platform's quota of the day is spent.
    PlatformQuota,
    /// Too many logins wait for the platform in this process.
    Overloaded,
    /// The database is down.
    DatabaseDown,
    /// A request with effects came from another site.
    ForbiddenOrigin,
    /// The platform refuses the account a token.
    AccountRefused,
    /// The platform refused or failed lately, and is not asked at present.
    PlatformPaused {
        /// Seconds for `Retry-After`.
        retry_after: u32,
    },
    /// A call of the internal API without a valid key.
    KeyMissing,
    /// A call of the internal API for which the key's owner has no right.
    RightMissing,
    /// A path of the platform that the relay does not pass on.
    PathNotRelayed,
    /// A call of the relay's token endpoint whose credentials are nobody's.
    CredentialsRefused,
    /// No fan has this name.
    FanUnknown,
    /// Nobody is signed in.
    NotSignedIn,
    /// A photo has more bytes than `photos.max_bytes`.
    PhotoTooLarge,
    /// A photo is HEIC.
    PhotoHeic,
    /// A photo is AVIF.
    PhotoAvif,
    /// A file is no picture of a kind that is taken.
    PhotoKind,
    /// A photo has more pixels than `photos.max_pixels`, or needs too much memory.
    PhotoPixels,
    /// A photo cannot be read.
    PhotoBroken,
    /// The platform does not know the file of a serverId any more.
    PhotoGone,
    /// The fan has as many photos as `photos.per_fan` allows.
    PhotosFull,
    /// Too many photos wait, or another upload of the same fan is under way.
    PhotosBusy,
    /// The storage of photos is away.
    StorageDown,
    /// Another download of the fan's data is under way, or too many of other fans.
    ExportBusy,
    /// A signed link is over, or was altered.
    LinkExpired,
    /// The URL of a page that asks for a signature cannot be read.
    PageUrlUnreadable,
    /// The URL of a page that asks for a signature is none of ours.
    PageUrlForeign,
    /// Nothing is served under this path.
    NotFound,
    /// The path is served, but not for this method.
    MethodNotAllowed,
    /// The URL is too long.
    UriTooLong,
    /// All headers together are too long.
    HeadersTooLarge,
    /// The body is longer than the route takes.
    BodyTooLarge,
    /// The body did not arrive in time.
    BodyTooSlow,
    /// The route takes no body without a length.
    LengthRequired,
    /// Too many requests from one IP address.
    TooManyRequests {
        /// Seconds for `Retry-After`.
        retry_after: u32,
    },
    /// This process is starting.
    Starting,
    /// This process is stopping.
    Stopping,
    /// A fault of fanpass.
    Internal,
    /// A status that actix-web chose, for instance because a body could not be read.
    Framework(StatusCode),
}

/// How an error is logged. A login's own failures are logged where they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// fanpass failed.
    Error,
    /// Something else failed, which is logged by itself.
    Info,
    /// The request was at fault.
    Debug,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorRow {
    /// The response's status.
    pub status: StatusCode,
    /// Chooses the text of a page.
    pub failure: Failure,
    /// The word that names the type of a problem document. Callers may depend on it, so it never changes.
    pub problem: &'static str,
    /// Seconds for `Retry-After`, also shown on a page.
    pub retry_after: Option<u32>,
    /// How the failure of a request is logged.
    pub log: LogLevel,
}

impl ErrorKind {
    /// The row of this kind.
    pub fn row(self) -> ErrorRow {
        use LogLevel::{Debug, Error, Info};
        use StatusCode as S;
        match self {
            Self::LoginExpired => row(S::BAD_REQUEST, Failure::LoginExpired, "login-expired", Debug),
            Self::SessionLost => row(S::BAD_REQUEST, Failure::SessionLost, "session-lost", Debug),
            Self::CodeRefused => row(S::BAD_GATEWAY, Failure::CodeRefused, "code-refused", Debug),
            Self::Configuration => row(S::INTERNAL_SERVER_ERROR, Failure::Configuration, "configuration", Error),
            Self::PlatformFault => row(S::BAD_GATEWAY, Failure::PlatformFault, "platform-fault", Info),
            Self::PlatformTimeout => row(S::GATEWAY_TIMEOUT, Failure::PlatformTimeout, "platform-timeout", Info),
            Self::PlatformBusy => {
                row(S::SERVICE_UNAVAILABLE, Failure::Busy, "platform-busy", Info).after(wait::PLATFORM_BUSY_SECONDS)
            }
            Self::PlatformFrequency => row(S::SERVICE_UNAVAILABLE, Failure::Busy, "platform-frequency", Info)
                .after(wait::PLATFORM_FREQUENCY_SECONDS),
            Self::PlatformQuota => {
                row(S::SERVICE_UNAVAILABLE, Failure::Busy, "platform-quota", Info).after(wait::PLATFORM_QUOTA_SECONDS)
            }
            Self::Overloaded => {
                row(S::SERVICE_UNAVAILABLE, Failure::Busy, "overloaded", Info).after(wait::OVERLOAD_SECONDS)
            }
            Self::DatabaseDown => {
                row(S::SERVICE_UNAVAILABLE, Failure::DatabaseDown, "database-down", Info).after(wait::DATABASE_SECONDS)
            }
            Self::ForbiddenOrigin => row(S::FORBIDDEN, Failure::ForbiddenOrigin, "forbidden-origin", Debug),
            // Logged once, when the platform begins to refuse.
            Self::AccountRefused => row(
                S::INTERNAL_SERVER_ERROR,
                Failure::Configuration,
                "account-refused",
                Info,
            ),
            Self::PlatformPaused { retry_after } => {
                row(S::SERVICE_UNAVAILABLE, Failure::Busy, "platform-paused", Info).after(retry_after)
            }
            Self::KeyMissing => row(S::UNAUTHORIZED, Failure::BadRequest, "key-missing", Debug),
            Self::RightMissing => row(S::FORBIDDEN, Failure::BadRequest, "right-missing", Debug),
            Self::PathNotRelayed => row(S::FORBIDDEN, Failure::BadRequest, "path-not-relayed", Debug),
            Self::CredentialsRefused => row(S::FORBIDDEN, Failure::BadRequest, "credentials-refused", Debug),
            Self::FanUnknown => row(S::NOT_FOUND, Failure::NotFound, "fan-unknown", Debug),
            Self::NotSignedIn => row(S::UNAUTHORIZED, Failure::NotSignedIn, "not-signed-in", Debug),
            Self::PhotoTooLarge => row(S::PAYLOAD_TOO_LARGE, Failure::PhotoTooLarge, "photo-too-large", Debug),
            Self::PhotoHeic => row(S::UNSUPPORTED_MEDIA_TYPE, Failure::PhotoHeic, "photo-kind", Debug),
            Self::PhotoAvif => row(S::UNSUPPORTED_MEDIA_TYPE, Failure::PhotoAvif, "photo-kind", Debug),
            Self::PhotoKind => row(S::UNSUPPORTED_MEDIA_TYPE, Failure::PhotoKind, "photo-kind", Debug),
            Self::PhotoPixels => row(S::UNPROCESSABLE_ENTITY, Failure::PhotoPixels, "photo-pixels", Debug),
            Self::PhotoBroken => row(S::UNPROCESSABLE_ENTITY, Failure::PhotoBroken, "photo-broken", Debug),
            Self::PhotoGone => row(S::UNPROCESSABLE_ENTITY, Failure::PhotoGone, "photo-gone", Debug),
            Self::PhotosFull => row(S::CONFLICT, Failure::PhotosFull, "photos-full", Debug),
            Self::PhotosBusy => {
                row(S::SERVICE_UNAVAILABLE, Failure::PhotosBusy, "photos-busy", Info).after(wait::PHOTOS_BUSY_SECONDS)
            }
            Self::StorageDown => {
                row(S::SERVICE_UNAVAILABLE, Failure::PhotosAway, "storage-down", Info).after(wait::STORAGE_SECONDS)
            }
            Self::ExportBusy => {
                row(S::SERVICE_UNAVAILABLE, Failure::ExportBusy, "export-busy", Info).after(wait::EXPORT_SECONDS)
            }
            Self::LinkExpired => row(S::FORBIDDEN, Failure::LinkExpired, "link-expired", Debug),
            Self::PageUrlUnreadable => row(S::BAD_REQUEST, Failure::PageUrlUnreadable, "page-url-unreadable", Debug),
            Self::PageUrlForeign => row(S::FORBIDDEN, Failure::PageUrlForeign, "page-url-foreign", Debug),
            Self::NotFound => row(S::NOT_FOUND, Failure::NotFound, "not-found", Debug),
            Self::MethodNotAllowed => row(
                S::METHOD_NOT_ALLOWED,
                Failure::MethodNotAllowed,
                "method-not-allowed",
                Debug,
            ),
            Self::UriTooLong => row(S::URI_TOO_LONG, Failure::BadRequest, "uri-too-long", Debug),
            Self::HeadersTooLarge => row(
                S::REQUEST_HEADER_FIELDS_TOO_LARGE,
                Failure::RequestTooLarge,
                "headers-too-large",
                Debug,
            ),
            Self::BodyTooLarge => row(S::PAYLOAD_TOO_LARGE, Failure::RequestTooLarge, "body-too-large", Debug),
            Self::BodyTooSlow => row(S::REQUEST_TIMEOUT, Failure::BadRequest, "body-too-slow", Debug),
            Self::LengthRequired => row(S::LENGTH_REQUIRED, Failure::RequestTooLarge, "length-required", Debug),
            Self::TooManyRequests { retry_after } => row(
                S::TOO_MANY_REQUESTS,
                Failure::TooManyRequests,
                "too-many-requests",
                Debug,
            )
            .after(retry_after),
            Self::Starting => row(S::SERVICE_UNAVAILABLE, Failure::Busy, "starting", Debug),
            Self::Stopping => row(S::SERVICE_UNAVAILABLE, Failure::Busy, "stopping", Debug),
            Self::Internal => row(S::INTERNAL_SERVER_ERROR, Failure::Internal, "internal", Error),
            Self::Framework(status) => match status.as_u16() {
                400..500 => row(status, Failure::BadRequest, "bad-request", Debug),
                _ => row(status, Failure::Internal, "internal", Error),
            },
        }
    }
}

const fn row(status: StatusCode, failure: Failure, problem: &'static str, log: LogLevel) -> ErrorRow {
    ErrorRow {
        status,
        failure,
        problem,
        retry_after: None,
        log,
    }
}

impl ErrorRow {
    const fn after(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }
}

impl From<LoginFailure> for ErrorKind {
    fn from(failure: LoginFailure) -> Self {
        match failure {
            LoginFailure::CodeRefused => Self::CodeRefused,
            LoginFailure::Configuration => Self::Configuration,
            LoginFailure::Platform => Self::PlatformFault,
            LoginFailure::Timeout | LoginFailure::UnderWay => Self::PlatformTimeout,
            LoginFailure::Busy => Self::PlatformBusy,
            LoginFailure::TooFrequent => Self::PlatformFrequency,
            LoginFailure::QuotaSpent => Self::PlatformQuota,
            LoginFailure::Overloaded => Self::Overloaded,
            LoginFailure::Database => Self::DatabaseDown,
            LoginFailure::Internal | LoginFailure::Interrupted => Self::Internal,
        }
    }
}

impl From<AccountTokenFailure> for ErrorKind {
    fn from(failure: AccountTokenFailure) -> Self {
        match failure {
            AccountTokenFailure::Refused => Self::AccountRefused,
            AccountTokenFailure::Paused { retry_after } => Self::PlatformPaused { retry_after },
            AccountTokenFailure::Timeout => Self::PlatformTimeout,
            AccountTokenFailure::Busy => Self::PlatformBusy,
            AccountTokenFailure::TooFrequent => Self::PlatformFrequency,
            AccountTokenFailure::QuotaSpent => Self::PlatformQuota,
            AccountTokenFailure::Platform => Self::PlatformFault,
        }
    }
}

/// For requests that actix-web itself refuses, and for responses that have a status and nothing else.
impl From<StatusCode> for ErrorKind {
    fn from(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::LENGTH_REQUIRED => Self::LengthRequired,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::REQUEST_TIMEOUT => Self::BodyTooSlow,
            StatusCode::URI_TOO_LONG => Self::UriTooLong,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::HeadersTooLarge,
            StatusCode::INTERNAL_SERVER_ERROR => Self::Internal,
            status => Self::Framework(status),
        }
    }
}

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};

use super::ErrorKind;
use crate::{
    services::{
        ServiceError,
        account_tokens::AccountTokenError,
        avatars::AvatarError,
        me::export::ExportError,
        photos::{PhotoError, PlatformPhotoError},
        relay::{RelayFailure, RelayInterruption},
        sealing::SealError,
    },
    views::ViewError,
};

/// Every way in which a handler or a middleware can fail. The cause is not in the response, but logged once, by the
/// outermost middleware.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// From a service: the database is down or failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// An avatar cannot be had at present.
    #[error("an avatar: {0}")]
    Avatar(#[from] AvatarError),
    /// A cookie could not be sealed.
    #[error("sealing: {0}")]
    Seal(#[from] SealError),
    /// A page could not be rendered.
    #[error("a page: {0}")]
    View(#[from] ViewError),
    /// A value could not be written into the session.
    #[error("the session: {0}")]
    Session(#[from] actix_session::SessionInsertError),
    /// A request with effects came from another site.
    #[error("a form was posted from another site")]
    ForbiddenOrigin,
    /// A push is not the platform's, or not for this account.
    #[error("a push that is not genuine")]
    PushRefused,
    /// What a push causes could not be written down.
    #[error("what a push causes was not written down")]
    PushNotWritten,
    /// The call has no key for the internal API, or a wrong one.
    #[error("no valid key for the internal API")]
    KeyMissing,
    /// The owner of the key does not have the right that the call needs.
    #[error("the key's owner does not have this right")]
    RightMissing,
    /// The relay does not pass this path on.
    #[error("the relay does not pass this path on")]
    PathNotRelayed,
    /// A call was not passed on, or its answer did not come.
    #[error("the relay: {0}")]
    Relay(RelayFailure),
    /// The relay's token endpoint was asked with credentials that are nobody's.
    #[error("no app has these credentials")]
    CredentialsRefused,
    /// No fan has this name.
    #[error("no such fan")]
    FanUnknown,
    /// The body or a parameter is not what the route takes.
    #[error("the request cannot be read")]
    BadRequest,
    /// There is no account token, or a call with it failed.
    #[error("the account token: {0}")]
    AccountToken(#[from] AccountTokenError),
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// A photo was not saved, shown or removed.
    #[error("a photo: {0}")]
    Photo(#[from] PhotoError),
    /// The platform does not know a file, or not any more.
    #[error("the platform does not know the file")]
    PhotoGone,
    /// The fan is uploading already, or too many uploads are being read.
    #[error("too many uploads at once")]
    PhotosBusy,
    /// What a fan downloads does not begin.
    #[error("a download of a fan's data: {0}")]
    Export(#[from] ExportError),
    /// The work ended with a panic, or with this process.
    #[error("the work broke off")]
    Panicked,
    /// A signed link is over, or was altered.
    #[error("a link that is not good")]
    LinkExpired,
    /// The URL of a page that asks for a signature cannot be read.
    #[error("the URL of a page cannot be read")]
    PageUrlUnreadable,
    /// The URL of a page that asks for a signature is none of ours.
    #[error("the URL of a page is none of ours")]
    PageUrlForeign,
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
    /// The body is longer than the route takes.
    #[error("the body is too long")]
    BodyTooLarge,
    /// The body did not arrive in time.
    #[error("the body took too long")]
    BodyTooSlow,
    /// The body has no `Content-Length`.
    #[error("a body of unknown length")]
    LengthRequired,
    /// Too many requests from one IP address, or of one fan.
    #[error("too many requests from one IP address or of one fan")]
    TooManyRequests {
        /// Seconds for `Retry-After`.
        retry_after: u32,
    },
    /// This process is starting.
    #[error("this process is starting")]
    Starting,
    /// This process is stopping.
    #[error("this process is stopping")]
    Stopping,
}

impl AppError {
    /// The row of the table that decides what is sent.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Service(ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown) => ErrorKind::DatabaseDown,
            Self::Service(ServiceError::Database(_)) | Self::Seal(_) | Self::View(_) | Self::Session(_) => {
                ErrorKind::Internal
            }
            Self::Avatar(AvatarError::Service(ServiceError::Database(_))) => ErrorKind::Internal,
            Self::Avatar(AvatarError::Service(_)) => ErrorKind::DatabaseDown,
            Self::Avatar(AvatarError::Storage(_) | AvatarError::NoObject) => ErrorKind::StorageDown,
            Self::ForbiddenOrigin => ErrorKind::ForbiddenOrigin,
            Self::PushRefused => ErrorKind::Framework(StatusCode::FORBIDDEN),
            Self::PushNotWritten => ErrorKind::DatabaseDown,
            Self::KeyMissing => ErrorKind::KeyMissing,
            Self::RightMissing => ErrorKind::RightMissing,
            Self::PathNotRelayed => ErrorKind::PathNotRelayed,
            Self::Relay(failure) => of_relay(failure),
            Self::CredentialsRefused => ErrorKind::CredentialsRefused,
            Self::FanUnknown => ErrorKind::FanUnknown,
            Self::BadRequest => ErrorKind::Framework(StatusCode::BAD_REQUEST),
            Self::AccountToken(error) => error.failure().into(),
            Self::NotSignedIn => ErrorKind::NotSignedIn,
            Self::Photo(error) => of_photo(error),
            Self::PhotoGone => ErrorKind::PhotoGone,
            Self::PhotosBusy => ErrorKind::PhotosBusy,
            Self::Export(error) => of_export(error),
            Self::Panicked => ErrorKind::Internal,
            Self::LinkExpired => ErrorKind::LinkExpired,
            Self::PageUrlUnreadable => ErrorKind::PageUrlUnreadable,
            Self::PageUrlForeign => ErrorKind::PageUrlForeign,
            Self::NotFound => ErrorKind::NotFound,
            Self::MethodNotAllowed { .. } => ErrorKind::MethodNotAllowed,
            Self::UriTooLong => ErrorKind::UriTooLong,
            Self::HeadersTooLarge => ErrorKind::HeadersTooLarge,
            Self::BodyTooLarge => ErrorKind::BodyTooLarge,
            Self::BodyTooSlow => ErrorKind::BodyTooSlow,
            Self::LengthRequired => ErrorKind::LengthRequired,
            Self::TooManyRequests { retry_after } => ErrorKind::TooManyRequests {
                retry_after: *retry_after,
            },
            Self::Starting => ErrorKind::Starting,
            Self::Stopping => ErrorKind::Stopping,
        }
    }
}

impl From<PlatformPhotoError> for AppError {
    fn from(error: PlatformPhotoError) -> Self {
        match error {
            PlatformPhotoError::Photo(error) => Self::Photo(error),
            PlatformPhotoError::UnknownFile => Self::PhotoGone,
            PlatformPhotoError::TooMany(over) => Self::TooManyRequests {
                retry_after: over.seconds,
            },
            PlatformPhotoError::Platform(error) => Self::AccountToken(error),
        }
    }
}

fn of_photo(error: &PhotoError) -> ErrorKind {
    match error {
        PhotoError::TooManyBytes { .. } => ErrorKind::PhotoTooLarge,
        PhotoError::NotAPicture => ErrorKind::PhotoKind,
        PhotoError::Heic => ErrorKind::PhotoHeic,
        PhotoError::Avif => ErrorKind::PhotoAvif,
        PhotoError::TooManyPixels { .. } | PhotoError::TooLargeDecoded => ErrorKind::PhotoPixels,
        PhotoError::Broken => ErrorKind::PhotoBroken,
        PhotoError::LimitReached { .. } => ErrorKind::PhotosFull,
        PhotoError::FanGone => ErrorKind::NotSignedIn,
        PhotoError::PoolFull => ErrorKind::PhotosBusy,
        PhotoError::Storage(_) | PhotoError::NoObject | PhotoError::TooLate => ErrorKind::StorageDown,
        PhotoError::Database(ServiceError::Database(_)) => ErrorKind::Internal,
        PhotoError::Database(_) => ErrorKind::DatabaseDown,
    }
}

fn of_export(error: &ExportError) -> ErrorKind {
    match error {
        ExportError::Busy => ErrorKind::ExportBusy,
        ExportError::FanGone => ErrorKind::NotSignedIn,
        ExportError::Storage(_) => ErrorKind::StorageDown,
        ExportError::Database(ServiceError::DatabaseAway(_) | ServiceError::SessionsUnknown) => ErrorKind::DatabaseDown,
        ExportError::Database(ServiceError::Database(_))
        | ExportError::Reader(_)
        | ExportError::Archive(_)
        | ExportError::Document(_) => ErrorKind::Internal,
    }
}

fn of_relay(failure: &RelayFailure) -> ErrorKind {
    match failure.interruption() {
        RelayInterruption::Token(failure) => failure.into(),
        RelayInterruption::CallerCut => ErrorKind::Framework(StatusCode::BAD_REQUEST),
        RelayInterruption::CallerStalled => ErrorKind::BodyTooSlow,
        RelayInterruption::Timeout => ErrorKind::PlatformTimeout,
        RelayInterruption::Unreachable => ErrorKind::PlatformFault,
        RelayInterruption::Overloaded => ErrorKind::Overloaded,
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        self.kind().row().status
    }

    /// A response without a body, which the outermost middleware adds in the format of the route's group.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Self::MethodNotAllowed { allow } = self {
            response.insert_header((header::ALLOW, *allow));
        }
        if let Self::KeyMissing = self {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        response.finish()
    }
}

/// What went wrong, as far as a fan may know. `http::error` assigns the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The login's state is unknown, foreign, missing or used up. A fan also sees this after 使用完整服务.
    LoginExpired,
    /// The platform refused the code, and a second login did not help.
    CodeRefused,
    /// Our own settings are wrong. The page does not name the setting.
    Configuration,
    /// The platform returned an error or garbage.
    PlatformFault,
    /// The platform did not respond in time.
    PlatformTimeout,
    /// The platform is busy, a quota is spent, or we are overloaded.
    Busy,
    /// The database is down. A later attempt may succeed.
    DatabaseDown,
    /// The browser signs in repeatedly and stores no session.
    SessionLost,
    /// The page does not exist.
    NotFound,
    /// The page exists, but not for this method.
    MethodNotAllowed,
    /// The request cannot be understood.
    BadRequest,
    /// The request is longer than this site ever needs.
    RequestTooLarge,
    /// Too many requests from one IP address.
    TooManyRequests,
    /// A form was posted from another site.
    ForbiddenOrigin,
    /// Nobody is signed in.
    NotSignedIn,
    /// A photo has too many bytes.
    PhotoTooLarge,
    /// A photo is HEIC.
    PhotoHeic,
    /// A photo is AVIF.
    PhotoAvif,
    /// A file is no picture of a kind that is taken.
    PhotoKind,
    /// A photo has too many pixels.
    PhotoPixels,
    /// A photo cannot be read.
    PhotoBroken,
    /// WeChat does not have a photo any more.
    PhotoGone,
    /// The fan has as many photos as may be.
    PhotosFull,
    /// Too many photos wait.
    PhotosBusy,
    /// The storage of photos is away.
    PhotosAway,
    /// Another download of the fan is under way, or too many are.
    ExportBusy,
    /// A signed link is over, or was altered.
    LinkExpired,
    /// The URL of a page that asks for a signature cannot be read.
    PageUrlUnreadable,
    /// The URL of a page that asks for a signature is none of ours.
    PageUrlForeign,
    /// A fault of fanpass.
    Internal,
}

#[cfg(test)]
impl Failure {
    /// Every failure.
    pub(in crate::views) const ALL: [Self; 30] = [
        Self::SessionLost,
        Self::LoginExpired,
        Self::CodeRefused,
        Self::Configuration,
        Self::PlatformFault,
        Self::PlatformTimeout,
        Self::Busy,
        Self::DatabaseDown,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::BadRequest,
        Self::RequestTooLarge,
        Self::TooManyRequests,
        Self::ForbiddenOrigin,
        Self::NotSignedIn,
        Self::PhotoTooLarge,
        Self::PhotoHeic,
        Self::PhotoAvif,
        Self::PhotoKind,
        Self::PhotoPixels,
        Self::PhotoBroken,
        Self::PhotoGone,
        Self::PhotosFull,
        Self::PhotosBusy,
        Self::PhotosAway,
        Self::ExportBusy,
        Self::LinkExpired,
        Self::PageUrlUnreadable,
        Self::PageUrlForeign,
        Self::Internal,
    ];
}

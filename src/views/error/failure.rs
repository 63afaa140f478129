/// What went wrong, as far as a fan may know. Its status is in `http::error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The login's state is unknown, foreign, missing or used up; also what a fan sees after 使用完整服务.
    LoginExpired,
    /// The platform refused the code, and a second login did not help.
    CodeRefused,
    /// Our own settings are at fault; the page does not say which.
    Configuration,
    /// The platform answered with an error or with garbage.
    PlatformFault,
    /// The platform did not answer in time.
    PlatformTimeout,
    /// The platform is busy, a quota is spent, or we are overloaded.
    Busy,
    /// The database is down; it may be back soon.
    DatabaseDown,
    /// The browser signs in again and again and keeps no session.
    SessionLost,
    /// No such page.
    NotFound,
    /// The page exists, but not for this method.
    MethodNotAllowed,
    /// The request cannot be understood.
    BadRequest,
    /// The request is longer than any that this site asks for.
    RequestTooLarge,
    /// Too many requests from one IP address.
    TooManyRequests,
    /// A form was posted from another site.
    ForbiddenOrigin,
    /// A fault of ours.
    Internal,
}

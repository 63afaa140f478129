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
    /// A fault of fanpass.
    Internal,
}

#[cfg(test)]
impl Failure {
    /// Every failure.
    pub(in crate::views) const ALL: [Self; 15] = [
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
        Self::Internal,
    ];
}

use std::fmt;

/// The platform's endpoints that we call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `sns/oauth2/access_token`: a code for a grant.
    Exchange,
    /// `sns/oauth2/refresh_token`: a refresh token for a new pair.
    Refresh,
    /// `sns/userinfo`: a fan's profile.
    UserInfo,
    /// `sns/auth`: whether a web token is still good.
    Check,
    /// `cgi-bin/stable_token`: the account's token in the mode that displaces none.
    StableToken,
}

impl Endpoint {
    /// The path under the API's base.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Exchange => "sns/oauth2/access_token",
            Self::Refresh => "sns/oauth2/refresh_token",
            Self::UserInfo => "sns/userinfo",
            Self::Check => "sns/auth",
            Self::StableToken => "cgi-bin/stable_token",
        }
    }

    /// Whether a request whose connection broke may be sent again. A code is good for one exchange only.
    pub(super) const fn may_be_repeated(self) -> bool {
        !matches!(self, Self::Exchange)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.path())
    }
}

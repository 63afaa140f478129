use crate::clients::wechat::Endpoint;

/// What is held for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// The account's `access_token`.
    AccessToken,
    /// The `jsapi_ticket`, which is fetched with the access token.
    JsapiTicket,
}

impl TokenKind {
    pub(super) const ALL: [Self; 2] = [Self::AccessToken, Self::JsapiTicket];

    /// Where the platform issues it.
    pub(super) const fn endpoint(self) -> Endpoint {
        match self {
            Self::AccessToken => Endpoint::StableToken,
            Self::JsapiTicket => Endpoint::Ticket,
        }
    }

    /// Its key in the cache.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::AccessToken => "account_token",
            Self::JsapiTicket => "jsapi_ticket",
        }
    }

    /// The key of the right to fetch it.
    pub(super) const fn lease_key(self) -> &'static str {
        match self {
            Self::AccessToken => "account_token_lease",
            Self::JsapiTicket => "jsapi_ticket_lease",
        }
    }

    /// The key of what keeps every replica from asking.
    pub(super) const fn pause_key(self) -> &'static str {
        match self {
            Self::AccessToken => "account_token_pause",
            Self::JsapiTicket => "jsapi_ticket_pause",
        }
    }
}

use std::fmt;

use secrecy::SecretString;

use crate::domain::{OpenId, Timestamp};

/// The per-fan token pair of a registration (网页授权, step 2). It is valid only for `sns/*` calls about this one openid.
#[derive(Clone)]
pub struct WebToken {
    /// The fan that the pair was issued to.
    pub openid: OpenId,
    /// `access_token`, up to 512 characters.
    pub access_token: SecretString,
    /// From this moment on the access token is no longer used. A safety margin before its expiry is included.
    pub access_until: Timestamp,
    /// `refresh_token`.
    pub refresh_token: SecretString,
    /// From this moment on the refresh token is no longer used.
    pub refresh_until: Timestamp,
}

impl fmt::Debug for WebToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WebToken")
            .field("openid", &self.openid)
            .finish_non_exhaustive()
    }
}

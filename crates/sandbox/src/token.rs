//! An access or refresh token that was issued.

use std::sync::Arc;

use crate::{fan::RevokedTokens, grant::Grant};

/// What the sandbox keeps of a token.
#[derive(Clone)]
pub struct Token {
    pub grant: Arc<Grant>,
    /// Seconds since 1970.
    pub expires_at: i64,
    /// Each token of the sandbox has a higher number. A revocation names the last one that it covers.
    pub serial: u64,
}

impl Token {
    /// # Errors
    ///
    /// The errcode of an access token that is expired or revoked: 42001 or 42007.
    pub fn check_as_access_token(&self, revoked: RevokedTokens, now: i64) -> Result<(), i64> {
        self.check(revoked.access, revoked.password_changed, now, 42001)
    }

    /// # Errors
    ///
    /// The errcode of a refresh token that is expired or revoked: 42002 or 42007.
    pub fn check_as_refresh_token(&self, revoked: RevokedTokens, now: i64) -> Result<(), i64> {
        self.check(revoked.refresh, revoked.password_changed, now, 42002)
    }

    fn check(&self, revoked: u64, password_changed: u64, now: i64, expired: i64) -> Result<(), i64> {
        if self.serial <= password_changed {
            Err(42007)
        } else if self.serial <= revoked || now >= self.expires_at {
            Err(expired)
        } else {
            Ok(())
        }
    }
}

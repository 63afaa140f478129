//! The platform's refusals, for an operator's terminal.

use super::explain::of_errcode;
use crate::{clients::wechat::PlatformError, services::account_tokens::AccountTokenError};

/// The error, and what it means.
pub(super) fn explained(error: &AccountTokenError) -> String {
    let (AccountTokenError::Platform(cause) | AccountTokenError::Paused { cause, .. }) = error;
    let hint = match cause {
        PlatformError::Refused { errcode, .. } => of_errcode(*errcode),
        _ => None,
    };
    match hint {
        Some(hint) => format!("{error}\n{hint}"),
        None => error.to_string(),
    }
}

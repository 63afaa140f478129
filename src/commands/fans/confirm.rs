use super::FansError;
use crate::commands::terminal::is_confirmed;

/// Asks on standard error, unless `given` says that the operator confirmed already.
///
/// # Errors
/// [`FansError::NotConfirmed`] for any input but `yes`, and for none.
pub fn confirm(question: &str, given: bool) -> Result<(), FansError> {
    if is_confirmed(question, given)? {
        return Ok(());
    }
    Err(FansError::NotConfirmed)
}

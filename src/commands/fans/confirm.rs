use std::io::{self, BufRead, Write};

use super::FansError;

/// Asks on standard error, unless `given` says that the operator confirmed already.
///
/// # Errors
/// [`FansError::NotConfirmed`] for any input but `yes`, and for none.
pub fn confirm(question: &str, given: bool) -> Result<(), FansError> {
    if given {
        return Ok(());
    }
    let mut stderr = io::stderr().lock();
    write!(stderr, "{question} Type yes to go on: ")?;
    stderr.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    match line.trim() {
        "yes" => Ok(()),
        _ => Err(FansError::NotConfirmed),
    }
}

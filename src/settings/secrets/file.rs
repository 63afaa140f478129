use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::settings::fault::SecretViolation;

/// A file that holds a secret, or several.
#[derive(Debug, Clone)]
pub struct SecretFile {
    /// The variable that names it, as in `SESSION_KEY_FILE`; or `.env`, which no variable names.
    pub named_by: String,
    /// Resolved against the directory of the settings.
    pub path: PathBuf,
}

/// A file's content without the newline that editors put at its end.
pub(super) fn read(directory: &Path, file: &str) -> Result<String, SecretViolation> {
    let text = fs::read_to_string(directory.join(file)).map_err(|error| SecretViolation::UnreadableFile {
        file: file.into(),
        error: error.to_string(),
    })?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    match text.strip_suffix('\r').unwrap_or(text) {
        "" => Err(SecretViolation::EmptyFile { file: file.into() }),
        secret => Ok(secret.to_owned()),
    }
}

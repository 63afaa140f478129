//! The faults of the settings, each with its key, its file and its kind. All are collected before any is reported.

mod conflict;
mod file;
mod forward;
mod logo;
mod root_file;
mod secret;
mod violation;

use std::{cell::RefCell, fmt};

pub use self::{
    conflict::Conflict,
    file::FileViolation,
    forward::ForwardViolation,
    logo::LogoViolation,
    root_file::RootFileViolation,
    secret::{SecretPath, SecretViolation},
    violation::Violation,
};

/// One thing that is missing or wrong in the settings. It never repeats the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFault {
    /// What the operator wrote or should write: `server.port`, `FANPASS__SERVER__PORT`, `WECHAT_APP_SECRET`, or a file.
    pub key: String,
    /// The file in which the key is set; `None` for a variable.
    pub file: Option<String>,
    /// What is wrong, and what to do about it.
    pub kind: Violation,
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.key)?;
        if let Some(file) = &self.file {
            write!(formatter, " in {file}")?;
        }
        write!(formatter, " {}", self.kind)
    }
}

/// The settings cannot be used. Its text lists every fault, one a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingsError {
    /// At least one.
    pub faults: Vec<SettingsFault>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.len() {
            1 => formatter.write_str("1 fault in the settings:")?,
            count => write!(formatter, "{count} faults in the settings:")?,
        }
        self.faults
            .iter()
            .try_for_each(|fault| write!(formatter, "\n  - {fault}"))
    }
}

/// Collects the faults of everything that reads settings, so that all are reported at once.
#[derive(Debug, Default)]
pub(super) struct Faults(RefCell<Vec<SettingsFault>>);

impl Faults {
    pub(super) fn add(&self, key: impl Into<String>, kind: impl Into<Violation>) {
        self.push(key.into(), None, kind.into());
    }

    /// A fault of a key that `file` sets.
    pub(super) fn add_in_file(&self, key: impl Into<String>, file: &str, kind: impl Into<Violation>) {
        self.push(key.into(), Some(file.to_owned()), kind.into());
    }

    fn push(&self, key: String, file: Option<String>, kind: Violation) {
        self.0.borrow_mut().push(SettingsFault { key, file, kind });
    }

    /// `value`, unless there is any fault.
    ///
    /// # Errors
    /// All faults.
    pub(super) fn into_result<T>(self, value: Option<T>) -> Result<T, SettingsError> {
        let faults = self.0.into_inner();
        match value {
            Some(value) if faults.is_empty() => Ok(value),
            _ => Err(SettingsError { faults }),
        }
    }
}

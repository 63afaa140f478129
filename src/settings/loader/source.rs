use std::{collections::BTreeMap, env, fmt, path::PathBuf};

use super::dotenv;
use crate::settings::{
    fault::{Faults, FileViolation, SettingsError},
    secrets,
};

/// Where settings are read from: a directory and an environment. Debug shows the names of the variables only.
#[derive(Clone, Default)]
pub struct Source {
    /// Holds `config/` and `.env`. Relative paths in `NAME_FILE` start here.
    pub directory: PathBuf,
    /// The process's environment, without `.env`.
    pub env: BTreeMap<String, String>,
}

impl Source {
    /// The working directory and the environment of this process.
    ///
    /// # Errors
    /// The working directory is gone, or a variable that belongs to the settings is not UTF-8.
    pub fn from_process() -> Result<Self, SettingsError> {
        let faults = Faults::default();
        let directory = env::current_dir().unwrap_or_else(|error| {
            let error = error.to_string();
            faults.add("the working directory", FileViolation::NoWorkingDirectory { error });
            PathBuf::new()
        });
        let mut variables = BTreeMap::new();
        for (name, value) in env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => {
                    variables.insert(name, value);
                }
                Err(_) if is_ours(&name) => faults.add(name, FileViolation::NotUtf8),
                Err(_) => {}
            }
        }
        faults.into_result(Some(Self {
            directory,
            env: variables,
        }))
    }

    /// A directory with an empty environment.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            env: BTreeMap::new(),
        }
    }

    /// The same source with one more variable in its environment.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// The variables of the environment and of `.env`, and whether there is such a file. The environment wins.
    pub(in crate::settings) fn variables(&self, faults: &Faults) -> (BTreeMap<String, String>, bool) {
        let mut variables = self.env.clone();
        let dotenv = dotenv::read(&self.directory, faults);
        let is_there = dotenv.is_some();
        for (name, value) in dotenv.into_iter().flatten() {
            variables.entry(name).or_insert(value);
        }
        (variables, is_there)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Source")
            .field("directory", &self.directory)
            .field("env", &self.env.keys())
            .finish()
    }
}

/// Whether a variable belongs to the settings: only then does it matter that it cannot be read.
fn is_ours(name: &str) -> bool {
    name.starts_with("FANPASS_") || secrets::is_secret(name)
}

use std::{
    collections::BTreeMap,
    env, fmt, fs, io,
    path::{Path, PathBuf},
};

use super::{
    SettingsError,
    fault::{Faults, Wrong},
};

/// Where settings are read from: a directory and an environment. Debug shows the names of the variables only.
#[derive(Clone, Default)]
pub struct Source {
    /// Holds `config/` and `.env`; relative paths in `NAME_FILE` begin here.
    pub directory: PathBuf,
    /// The real environment.
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
            let problem = format!("cannot be read ({error})");
            faults.add(
                "the working directory",
                None,
                Wrong::new(problem, "start in one that exists"),
            );
            PathBuf::new()
        });
        let mut variables = BTreeMap::new();
        for (name, value) in env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => {
                    variables.insert(name, value);
                }
                Err(_) if is_ours(&name) => faults.add(name, None, Wrong::new("is not UTF-8", "write it in UTF-8")),
                Err(_) => {}
            }
        }
        let faults = faults.into_vec();
        if faults.is_empty() {
            Ok(Self {
                directory,
                env: variables,
            })
        } else {
            Err(SettingsError { faults })
        }
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

    /// The environment over `.env`, and whether there is such a file.
    pub(super) fn variables(&self, faults: &Faults) -> (BTreeMap<String, String>, bool) {
        let mut variables = self.env.clone();
        let dotenv = dotenv(&self.directory, faults);
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

/// Whether a variable that cannot be read matters to us.
fn is_ours(name: &str) -> bool {
    name.starts_with("FANPASS_") || super::secrets::is_name(name)
}

/// The variables of `.env`, if there is one; of two with the same name, the first. A line that cannot be read is never repeated: it may hold a secret.
fn dotenv(directory: &Path, faults: &Faults) -> Option<Vec<(String, String)>> {
    let text = match fs::read_to_string(directory.join(".env")) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            let problem = format!("cannot be read ({error})");
            faults.add(
                ".env",
                None,
                Wrong::new(problem, "make it a readable UTF-8 file, or remove it"),
            );
            return None;
        }
    };
    let mut variables: Vec<(String, String)> = Vec::new();
    for line in dotenvy::from_read_iter(text.trim_start_matches('\u{feff}').as_bytes()) {
        match line {
            Ok(variable) => variables.push(variable),
            Err(_) => {
                let place = match variables.last() {
                    Some((name, _)) => format!("has a line after {name} that cannot be read"),
                    None => "has a first line that cannot be read".to_owned(),
                };
                let remedy = "write NAME=value, and put a value with spaces, #, $ or quotes in single quotes";
                faults.add(".env", None, Wrong::new(place, remedy));
            }
        }
    }
    Some(variables)
}

//! The values of the secrets, from the environment or from the files that it names.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use secrecy::{ExposeSecret, SecretString};

use super::{
    file::{self, SecretFile},
    names::{self, Name},
};
use crate::settings::{
    Environment,
    common_mistakes::{CommonMistake, check_secret, is_placeholder},
    fault::{Faults, SecretViolation, Violation},
    nearest::nearest,
};

/// The secrets that are set, and which ones have faults.
pub(super) struct SecretValues<'a> {
    /// With the variable that sets each: its own, or that of its file.
    set: BTreeMap<Name, (String, SecretString)>,
    /// The files that were read.
    files: Vec<SecretFile>,
    /// Secrets that already have a fault: they get no default.
    faulty: BTreeSet<Name>,
    faults: &'a Faults,
}

impl<'a> SecretValues<'a> {
    pub(super) fn read(
        directory: &Path,
        variables: &BTreeMap<String, String>,
        environment: Environment,
        faults: &'a Faults,
    ) -> Self {
        let mut values = Self {
            set: BTreeMap::new(),
            files: Vec::new(),
            faulty: BTreeSet::new(),
            faults,
        };
        // envy ignores case, but a variable `session_key` is not SESSION_KEY.
        let ours = variables.iter().filter(|(variable, _)| names::is_secret(variable));
        let ours = ours.map(|(variable, value)| (variable.clone(), value.clone()));
        let Ok(found) = envy::from_iter::<_, BTreeMap<String, String>>(ours) else {
            faults.add("the environment", SecretViolation::UnreadableEnvironment);
            return values;
        };
        for name in names::ALL {
            let variable = name.variable.to_lowercase();
            let (value, file) = (found.get(&variable), found.get(&format!("{variable}_file")));
            let is_set = value.is_some() || file.is_some();
            // An empty variable counts as missing.
            match (value.filter(is_filled), file.filter(is_filled)) {
                (Some(_), Some(_)) => {
                    let variable = name.variable.to_owned();
                    values.refuse(name, name.variable, SecretViolation::SetTwice { variable });
                }
                (Some(value), None) => values.insert(name, name.variable.to_owned(), value),
                (None, Some(file)) => values.read_file(name, directory, file),
                (None, None) if name.is_required_in_production && environment == Environment::Production => {
                    values.refuse(name, name.variable, missing(name, is_set, variables));
                }
                (None, None) => {}
            }
        }
        values
    }

    fn read_file(&mut self, name: Name, directory: &Path, file: &str) {
        let variable = name.file_variable();
        match file::read(directory, file) {
            Ok(value) => {
                self.files.push(SecretFile {
                    named_by: variable.clone(),
                    path: directory.join(file),
                });
                self.insert(name, variable, &value);
            }
            Err(violation) => self.refuse(name, &variable, violation),
        }
    }

    fn insert(&mut self, name: Name, variable: String, value: &str) {
        self.set.insert(name, (variable, value.into()));
    }

    fn refuse(&mut self, name: Name, variable: &str, violation: SecretViolation) {
        self.faulty.insert(name);
        self.faults.add(variable, violation);
    }

    /// A secret, converted by `parse`, or `default` if it is not set. `None` after a fault.
    pub(super) fn parse<T, E: Into<Violation>>(
        &self,
        name: Name,
        parse: impl FnOnce(&str) -> Result<T, E>,
        default: impl FnOnce() -> Result<T, E>,
    ) -> Option<T> {
        let Some((variable, value)) = self.set.get(&name) else {
            if self.faulty.contains(&name) {
                return None;
            }
            let default = default();
            return default.map_err(|error| self.faults.add(name.variable, error)).ok();
        };
        let parsed = parse_value(name.variable, value.expose_secret(), parse);
        parsed.map_err(|violation| self.faults.add(variable, violation)).ok()
    }

    pub(super) fn is_set(&self, name: Name) -> bool {
        self.set.contains_key(&name)
    }

    pub(super) fn into_files(self) -> Vec<SecretFile> {
        self.files
    }
}

fn is_filled(value: &&String) -> bool {
    !value.is_empty()
}

/// The value of `variable`, converted by `parse`.
pub(super) fn parse_value<T, E: Into<Violation>>(
    variable: &str,
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Violation> {
    check_secret(variable, text)?;
    parse(text).map_err(|error| {
        if is_placeholder(text) {
            CommonMistake::Placeholder.into()
        } else {
            error.into()
        }
    })
}

/// The value of a variable that the settings name, or of the file that `<variable>_FILE` names, converted by `parse`. The
/// outer `None` is a fault. `files` gets the file that was read.
pub(super) fn read_own<T, E: Into<Violation>>(
    directory: &Path,
    variables: &BTreeMap<String, String>,
    variable: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
    faults: &Faults,
    files: &mut Vec<SecretFile>,
) -> Option<Option<T>> {
    let file_variable = format!("{variable}_FILE");
    let set = |variable: &str| variables.get(variable).filter(is_filled);
    let (value, set_by) = match (set(variable), set(&file_variable)) {
        (None, None) => return Some(None),
        (Some(_), Some(_)) => {
            let variable = variable.to_owned();
            faults.add(variable.clone(), SecretViolation::SetTwice { variable });
            return None;
        }
        (Some(value), None) => (Ok(value.clone()), variable.to_owned()),
        (None, Some(path)) => {
            let value = file::read(directory, path).map_err(Violation::from);
            files.extend(value.is_ok().then(|| SecretFile {
                named_by: file_variable.clone(),
                path: directory.join(path),
            }));
            (value, file_variable)
        }
    };
    let parsed = value.and_then(|value| parse_value(variable, &value, parse));
    parsed.map_err(|violation| faults.add(set_by, violation)).ok().map(Some)
}

fn missing(name: Name, is_empty: bool, variables: &BTreeMap<String, String>) -> SecretViolation {
    let others = variables.keys().map(String::as_str);
    let others = others.filter(|variable| !names::is_secret(variable));
    SecretViolation::Missing {
        variable: name.variable,
        is_empty,
        similar: nearest(name.variable, others).map(str::to_owned),
    }
}

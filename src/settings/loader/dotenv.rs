use std::{fs, io, path::Path};

use crate::settings::fault::{Faults, FileViolation};

/// The variables of `.env`, if there is one; of two with the same name, the first.
pub(super) fn read(directory: &Path, faults: &Faults) -> Option<Vec<(String, String)>> {
    let text = match fs::read_to_string(directory.join(".env")) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            let error = error.to_string();
            faults.add(".env", FileViolation::Unreadable { error });
            return None;
        }
    };
    let mut variables: Vec<(String, String)> = Vec::new();
    for line in dotenvy::from_read_iter(text.trim_start_matches('\u{feff}').as_bytes()) {
        match line {
            Ok(variable) => variables.push(variable),
            Err(_) => {
                let after = variables.last().map(|(name, _)| name.clone());
                faults.add(".env", FileViolation::DotenvLine { after });
            }
        }
    }
    Some(variables)
}

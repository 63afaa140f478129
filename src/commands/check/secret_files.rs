//! The files that hold secrets: who else may read or change them.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
};

use super::Finding;
use crate::settings::{SecretFile, Settings};

pub(super) fn check(settings: &Settings) -> Vec<Finding> {
    let files = settings.secret_files.iter();
    files
        .filter_map(|file| Some(Finding::note("secrets", told(file)?)))
        .collect()
}

/// What is to be said of a file, if anything is.
fn told(file: &SecretFile) -> Option<String> {
    let metadata = fs::metadata(&file.path).ok()?;
    let (mode, owner) = (metadata.permissions().mode() & 0o777, metadata.uid());
    let name = &file.named_by;
    let user = user();
    if user.is_some_and(|user| user != owner) && owner != 0 {
        return Some(format!(
            "{name}: its file belongs to the user {owner}, who may change it; give it to the one who runs fanpass, or to root"
        ));
    }
    // A file of somebody else's is read through its group.
    let (others, remedy) = match user {
        Some(user) if user != owner => (0o026, "chmod 440"),
        _ => (0o066, "chmod 600"),
    };
    let what = match mode & others {
        0 => return None,
        open if open & 0o022 != 0 => "write",
        _ => "read",
    };
    Some(format!(
        "{name}: others may {what} its file (mode {mode:04o}); {remedy} it"
    ))
}

/// Who runs this process, as Linux tells it.
fn user() -> Option<u32> {
    fs::metadata("/proc/self").map(|process| process.uid()).ok()
}

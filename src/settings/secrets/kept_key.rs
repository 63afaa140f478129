//! The session key of a developer's machine, where nobody sets one: made once, and kept beside the SQLite file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::{forms, session_key::SessionKey};
use crate::{domain::Random, settings::fault::SecretViolation};

/// Why the kept key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeptKeyError {
    /// The file cannot be made or read.
    #[error("the session key in {path:?} cannot be kept: {source}; make its folder writable, or set SESSION_KEY")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Somebody changed it.
    #[error("the session key in {path:?} {violation}; remove the file to have a new one made, or set SESSION_KEY")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with its content.
        violation: SecretViolation,
    },
}

/// Where the key is kept for an SQLite database in `database`.
pub(super) fn path_beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".session_key");
    name.into()
}

/// The key in `path`. It is made if it is not there; of several processes that make it at once, one succeeds.
///
/// # Errors
/// [`KeptKeyError`].
pub(super) fn read_or_make(path: &Path, random: &Random) -> Result<SessionKey, KeptKeyError> {
    let failed = |source| KeptKeyError::File {
        path: path.to_owned(),
        source,
    };
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(path, random).map_err(failed)?;
            fs::read_to_string(path)
        }
        read => read,
    };
    let text = text.map_err(failed)?;
    forms::session_key(text.trim_end()).map_err(|violation| KeptKeyError::Malformed {
        path: path.to_owned(),
        violation,
    })
}

/// Writes a new key into a file of its own and then gives it its name, so that nobody ever reads half a key.
fn make(path: &Path, random: &Random) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut written = path.as_os_str().to_owned();
    written.push(format!(".{}", hex::encode(random.bytes::<8>())));
    let written = PathBuf::from(written);
    let named = write(&written, &random.bytes::<64>()).and_then(|()| fs::hard_link(&written, path));
    let removed = fs::remove_file(&written);
    match named {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        named => named.and(removed),
    }
}

fn write(path: &Path, key: &[u8; 64]) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", hex::encode(key))?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt, thread};

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_is_the_same_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_beside(&folder.path().join("data/fanpass.db"));
        assert!(path.ends_with("data/fanpass.db.session_key"));
        let key = |path: &Path| *read_or_make(path, &Random::system()).unwrap().expose();
        let made = key(&path);
        assert_eq!(key(&path), made);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let files = fs::read_dir(path.parent().unwrap()).unwrap();
        assert_eq!(files.count(), 1, "nothing else is left");
    }

    #[test]
    fn processes_that_start_at_once_have_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_beside(&folder.path().join("fanpass.db"));
        let start = || *read_or_make(&path, &Random::system()).unwrap().expose();
        let made: Vec<[u8; 64]> = thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(made.iter().all(|key| *key == made[0]));
    }

    #[test]
    fn a_file_that_holds_no_key_is_named_and_its_content_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fanpass.db.session_key");
        fs::write(&path, "made-up-secret").unwrap();
        let text = read_or_make(&path, &Random::system()).unwrap_err().to_string();
        assert!(
            text.contains("fanpass.db.session_key") && text.contains("remove the file"),
            "{text}"
        );
        assert!(!text.contains("made-up-secret"), "{text}");
        assert!(read_or_make(folder.path(), &Random::system()).is_err());
    }
}

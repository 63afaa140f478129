//! Checks the database's file and its folder, and changes nothing.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use rustix::fs::{Access, access};

use crate::repositories::connection::ConnectFailure;

/// What others than the owner and the group may do.
const READ: u32 = 0o004;
const WRITE: u32 = 0o002;

/// The result of a check.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FileCheck {
    /// Whether the file exists.
    pub exists: bool,
    /// Whether the database is not opened, because even reading it would create a file beside it.
    pub is_left_alone: bool,
    /// Faults that stop `serve` from working with it.
    pub faults: Vec<String>,
    /// Notes for the operator.
    pub notes: Vec<String>,
}

/// Checks the path of the database, which need not exist yet, with the rights of this process.
pub fn check(path: &Path) -> FileCheck {
    let mut check = FileCheck::default();
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => check.faults.push(format!("{path:?} is a folder, not a file")),
        Ok(metadata) => {
            check.exists = true;
            check.at_file(path, metadata.permissions().mode());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => check.where_none_is(path),
        Err(error) => check.faults.push(format!("{path:?} cannot be looked at: {error}")),
    }
    check
}

impl FileCheck {
    /// In WAL mode SQLite keeps two more files beside the database, and creates them at each start.
    fn at_file(&mut self, path: &Path, mode: u32) {
        let beside = ["-wal", "-shm"].map(|end| beside(path, end));
        for file in beside.iter().filter(|file| file.exists()) {
            self.want(file, Access::READ_OK | Access::WRITE_OK, "be read and written");
        }
        self.want(path, Access::READ_OK | Access::WRITE_OK, "be read and written");
        self.want(folder(path), Access::WRITE_OK | Access::EXEC_OK, FOR_SQLITE);
        let [wal, shm] = beside.map(|file| file.exists());
        if wal && !shm {
            self.is_left_alone = true;
            self.notes.push(format!(
                "{path:?} has a file -wal beside it and none -shm, as a copy has: it is not opened, for that would make one; \
                 the start reads both"
            ));
        }
        self.at_folder(folder(path), path);
        let may = match (mode & READ, mode & WRITE) {
            (0, 0) => return,
            (_, 0) => "read",
            (0, _) => "write",
            _ => "read and write",
        };
        self.notes.push(format!(
            "every user of this machine may {may} {path:?}, which holds fans' names: chmod o-rw"
        ));
    }

    fn at_folder(&mut self, folder: &Path, path: &Path) {
        if fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode() & WRITE != 0) {
            self.notes.push(format!(
                "every user of this machine may write in {folder:?}, and put another file in the place of {path:?} or \
                 beside it: chmod o-w"
            ));
        }
    }

    /// The start creates the file and its folders in the nearest folder that exists.
    fn where_none_is(&mut self, path: &Path) {
        let mut place = folder(path);
        while !place.exists() {
            place = folder(place);
        }
        if place.is_dir() {
            self.want(place, Access::WRITE_OK | Access::EXEC_OK, FOR_THE_FILE);
            self.at_folder(place, path);
        } else {
            self.faults.push(format!("{place:?} is no folder"));
        }
    }

    fn want(&mut self, path: &Path, what: Access, words: &str) {
        if let Err(error) = access(path, what) {
            let error = io::Error::from(error);
            self.faults.push(format!("{path:?} cannot {words}: {error}"));
        }
    }
}

const FOR_SQLITE: &str = "be written, where SQLite keeps its files -wal and -shm";
const FOR_THE_FILE: &str = "be written, where the database would be made";

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => Path::new("/"),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Opens the database read-only. None if there is no file.
pub fn connect(path: &str) -> Result<Option<SqliteConnection>, ConnectFailure> {
    if !Path::new(path).exists() {
        return Ok(None);
    }
    // If no process has it open, everything is in the file. Reading it as immutable creates no file beside it.
    let how = if beside(Path::new(path), "-wal").exists() {
        "mode=ro"
    } else {
        "immutable=1"
    };
    let mut connection = SqliteConnection::establish(&format!("file:{}?{how}", path.replace('%', "%25")))
        .map_err(|error| ConnectFailure(error.to_string()))?;
    // SQLite opens the file at the first statement that needs it.
    match connection.batch_execute("PRAGMA schema_version") {
        Err(error) if error.to_string().contains("not a database") => {
            Err(ConnectFailure(format!("{path:?} is no SQLite database")))
        }
        // The queries that follow report other faults.
        _ => Ok(Some(connection)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn nothing_is_made_where_there_is_no_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/deep/fans.db");
        assert_eq!(check(&path), FileCheck::default());
        assert!(connect(path.to_str().unwrap()).unwrap().is_none());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(check(Path::new("fans-that-are-not-there.db")), FileCheck::default());
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let is_folder = check(folder.path());
        assert!(
            is_folder.faults.iter().any(|fault| fault.contains("is a folder")),
            "{is_folder:?}"
        );
        fs::write(folder.path().join("file"), "").unwrap();
        let below = check(&folder.path().join("file/fans.db"));
        assert!(
            below.faults.iter().any(|fault| fault.contains("cannot be looked at")),
            "{below:?}"
        );
    }

    #[test]
    fn what_others_may_do_is_noted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fans.db");
        fs::write(&path, "").unwrap();
        for (mode, words) in [
            (0o640, None),
            (0o644, Some("may read ")),
            (0o666, Some("may read and write ")),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let found = check(&path);
            assert!(found.exists && found.faults.is_empty(), "{found:?}");
            assert_eq!(found.notes.len(), usize::from(words.is_some()));
            let all = found.notes.join("");
            assert!(all.contains(words.unwrap_or_default()), "{all}");
        }
    }
}

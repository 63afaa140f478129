mod file;
mod file_check;

use std::{path::Path, sync::OnceLock, thread, time::Duration};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};

use self::file::File;
pub use self::file_check::FileCheck;
use super::{ConnectFailure, DatabaseError};

/// `busy_timeout` comes first, because the switch to WAL needs a lock. `FULL` writes each commit to the disk before it is
/// reported. With `NORMAL` a power failure would lose the last ones.
const SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON;";
const SETUP_ATTEMPTS: u32 = 50;
const SETUP_PAUSE: Duration = Duration::from_millis(20);

/// The file of an SQLite database.
pub struct Target {
    path: String,
    /// The file as it was when it was created or found.
    file: OnceLock<File>,
}

impl Target {
    /// Reads `sqlite://path`, with a relative or an absolute path.
    pub fn parse(url: &str) -> Result<Self, DatabaseError> {
        let rest = url.strip_prefix("sqlite:").unwrap_or(url);
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path.is_empty() {
            return Err(DatabaseError::Malformed(
                "names no file: write sqlite://data/fanpass.db",
            ));
        }
        if path.contains(":memory:") || path.contains("mode=memory") {
            return Err(DatabaseError::Malformed(
                "must name a file: with :memory: each connection would have a database of its own",
            ));
        }
        if path.starts_with("file:") || path.contains(['?', '#', '\0']) {
            return Err(DatabaseError::Malformed(
                "takes a plain path after sqlite://, without parameters",
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            file: OnceLock::new(),
        })
    }

    /// Creates the file and its folder, if they do not exist yet.
    pub fn make(&self) -> Result<(), DatabaseError> {
        let file = File::make(Path::new(&self.path)).map_err(|source| DatabaseError::Path {
            path: self.path.clone(),
            source,
        })?;
        // Another thread may have set it first, to the same file.
        drop(self.file.set(file));
        Ok(())
    }

    /// Opens the file and sets the connection up.
    pub fn connect(&self) -> Result<SqliteConnection, ConnectFailure> {
        let mut connection =
            SqliteConnection::establish(&self.path).map_err(|error| ConnectFailure(error.to_string()))?;
        set_up(&mut connection)?;
        Ok(connection)
    }

    /// Whether the file is sound, see [`File::inspect`].
    pub fn inspect(&self) -> Result<(), ConnectFailure> {
        self.file.get().map_or(Ok(()), |file| file.inspect(&self.path))
    }

    /// Opens the file read-only and creates no file. None if it does not exist yet.
    pub fn connect_to_read(&self) -> Result<Option<SqliteConnection>, ConnectFailure> {
        file_check::connect(&self.path)
    }

    /// Faults that stop `serve` from working with the file, and notes.
    pub fn check_file(&self) -> FileCheck {
        file_check::check(Path::new(&self.path))
    }
}

/// SQLite does not wait if two connections switch a new file to WAL at once, so this function waits.
fn set_up(connection: &mut SqliteConnection) -> Result<(), ConnectFailure> {
    let mut attempt = 1;
    loop {
        match connection.batch_execute(SETUP) {
            Err(error) if attempt < SETUP_ATTEMPTS && error.to_string().contains("locked") => {
                attempt += 1;
                thread::sleep(SETUP_PAUSE);
            }
            outcome => return outcome.map_err(|error| ConnectFailure(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::{
        RunQueryDsl,
        dsl::{select, sql},
        sql_types::Text,
    };

    use super::*;

    fn opened(url: &str) -> Result<Target, DatabaseError> {
        let target = Target::parse(url)?;
        target.make().map(|()| target)
    }

    #[test]
    fn a_url_that_names_no_plain_file_is_refused() {
        for wrong in [
            "sqlite://",
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite://file:x.db",
            "sqlite://x.db?mode=ro",
        ] {
            assert!(
                matches!(Target::parse(wrong), Err(DatabaseError::Malformed(_))),
                "{wrong:?} was accepted"
            );
        }
    }

    #[test]
    fn the_folder_is_made_and_an_unusable_path_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_str().unwrap();
        opened(&format!("sqlite://{root}/new/deep/fans.db"))
            .unwrap()
            .connect()
            .unwrap();
        assert!(folder.path().join("new/deep/fans.db").is_file());

        let is_folder = opened(&format!("sqlite://{root}/new")).err().unwrap().to_string();
        assert!(is_folder.contains(&format!("{root}/new")), "{is_folder}");
        assert!(opened(&format!("sqlite://{root}/new/deep/fans.db/below")).is_err());
    }

    #[test]
    fn what_was_committed_outlasts_the_host() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/fans.db", folder.path().display());
        let mut connection = opened(&url).unwrap().connect().unwrap();
        let mut ask = |pragma: &str| -> String {
            let question = format!("(SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma})");
            select(sql::<Text>(&question)).get_result(&mut connection).unwrap()
        };
        assert_eq!(
            (ask("journal_mode").as_str(), ask("synchronous").as_str()),
            ("wal", "2")
        );
    }

    #[test]
    fn many_that_open_a_new_file_at_once_all_can() {
        for _ in 0..100 {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}/fans.db", folder.path().display());
            let start = std::sync::Barrier::new(12);
            let open = || {
                start.wait();
                opened(&url).unwrap().connect().map(drop)
            };
            thread::scope(|scope| {
                let all: Vec<_> = (0..12).map(|_| scope.spawn(open)).collect();
                all.into_iter().for_each(|one| one.join().unwrap().unwrap());
            });
        }
    }
}

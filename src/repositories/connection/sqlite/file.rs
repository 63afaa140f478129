use std::{
    fs, io,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use diesel::{
    Connection, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    dsl::{select, sql},
    sql_types::BigInt,
};

use crate::repositories::connection::ConnectFailure;

/// Less than the time limit of a health check, so that a lock is reported as such.
const BUSY_TIMEOUT: &str = "PRAGMA busy_timeout = 1000;";

/// Others may not read the file, which contains fans' names. SQLite gives its files beside it the same mode.
const MODE: u32 = 0o640;

/// The file of a database, as it was when it was opened.
pub struct File {
    identity: (u64, u64),
}

#[derive(Debug, thiserror::Error)]
enum Unsound {
    #[error("the file of the database is gone: {0}")]
    Gone(#[source] io::Error),
    #[error(
        "the file of the database is another one than at the start; what is written goes to the old one until a restart"
    )]
    Replaced,
    #[error("the file of the database holds no tables")]
    Empty,
    #[error("the file of the database cannot be opened: {0}")]
    Closed(#[from] diesel::ConnectionError),
    #[error("the file of the database cannot be read and written: {0}")]
    Refused(#[from] diesel::result::Error),
}

impl File {
    /// Creates the file, readable for its owner and group only, and its folder. Fails with the system's reason; SQLite would
    /// only report that it is unable to open the file.
    pub fn make(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = fs::OpenOptions::new();
        options.read(true).append(true).create(true).mode(MODE);
        let file = options.open(path)?;
        Ok(Self {
            identity: identity(&file.metadata()?),
        })
    }

    /// Fails unless the file still exists, is the same file, is a database, and can be written within a second. An open
    /// connection does not notice: it reads from its cache and writes to the deleted file.
    pub fn inspect(&self, path: &str) -> Result<(), ConnectFailure> {
        self.examine(path)
            .map_err(|unsound| ConnectFailure(unsound.to_string()))
    }

    fn examine(&self, path: &str) -> Result<(), Unsound> {
        // The file is not opened here: closing it would drop SQLite's locks of the whole process.
        if identity(&fs::metadata(path).map_err(Unsound::Gone)?) != self.identity {
            return Err(Unsound::Replaced);
        }
        let path = path.replace('%', "%25");
        let mut connection = SqliteConnection::establish(&format!("file:{path}?mode=rw"))?;
        connection.batch_execute(BUSY_TIMEOUT)?;
        connection.batch_execute("BEGIN IMMEDIATE")?;
        let tables: i64 = select(sql::<BigInt>("(SELECT count(*) FROM sqlite_master)")).get_result(&mut connection)?;
        connection.batch_execute("ROLLBACK")?;
        if tables == 0 { Err(Unsound::Empty) } else { Ok(()) }
    }
}

fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
